// Top-k accuracy against k, a line a run; the best run of each backbone is switched on.

const WHISKERS = [1, 5, 10, 30];
const DASHES = ["solid", "7px 3px", "2px 2px", "9px 3px 2px 3px"];

export function curves(runs, look) {
  const backbones = [...new Set(runs.map((run) => run.backbone))].sort();
  const shown = new Set();
  const traces = runs.flatMap((run) => {
    const number = backbones.indexOf(run.backbone);
    const colour = look.series[number % look.series.length];
    const name = `${run.backbone} (${run.learner})`;
    const visible = shown.has(run.backbone) ? "legendonly" : true;
    shown.add(run.backbone);
    const measured = WHISKERS.map((k) => run.measured[k]);
    const both = { legendgroup: name, visible, line: { color: colour, width: 2, dash: DASHES[number % 4] } };
    return [
      { ...both, name, mode: "lines", x: run.share.map((_, i) => i + 1), y: run.share.map((one) => 100 * one),
        hovertemplate: "top-%{x}: %{y:.1f} %" },
      { ...both, name, mode: "markers", showlegend: false, marker: { color: colour, size: 7 },
        x: WHISKERS, y: measured.map((one) => 100 * one.value),
        text: measured.map((one) => `${(100 * one.low).toFixed(1)}–${(100 * one.high).toFixed(1)}`),
        hovertemplate: "95 % interval at %{x}: %{text}",
        error_y: { type: "data", symmetric: false, color: colour, thickness: 1.4, width: 3,
          array: measured.map((one) => 100 * (one.high - one.value)),
          arrayminus: measured.map((one) => 100 * (one.value - one.low)) } },
    ];
  });
  const narrow = innerWidth < 700;
  return {
    traces,
    layout: {
      height: narrow ? 400 + 19 * runs.length : 460,
      margin: { l: 46, r: 10, t: 12, b: 46 },
      hovermode: "closest",
      xaxis: { title: { text: "k, length of the list" }, type: "log", tickvals: [1, 2, 3, 5, 10, 20, 30, 50, 100], zeroline: false },
      yaxis: { title: { text: "true condition among the first k, %" }, rangemode: "tozero" },
      legend: narrow ? { y: -60 / 340, yanchor: "top", x: 0 } : { x: 1.02, y: 1 },
    },
  };
}
