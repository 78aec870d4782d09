// Faces of a pool by two of their scores; colour and shape say what was decided.

const KINDS = [["open", "to review", "circle"], ["accepted", "accepted", "square"], ["rejected", "rejected", "x"]];

export function scores(found, look, figure) {
  const [x, y] = ["x", "y"].map((axis) => {
    const select = figure.querySelector(`[data-axis=${axis}]`);
    select.onchange ??= () => figure.dispatchEvent(new Event("redraw"));
    return select.value;
  });
  const colour = { open: look.series[0], accepted: look.good, rejected: look.bad };
  const traces = KINDS.map(([verdict, name, symbol]) => {
    const faces = found.faces.filter((face) => face.verdict === verdict);
    return {
      name, type: "scatter", mode: "markers",
      x: faces.map((face) => face.scores[x]), y: faces.map((face) => face.scores[y]),
      text: faces.map((face) => `${face.image_id}<br>${face.condition_name}`),
      marker: { color: colour[verdict], symbol, size: 8, opacity: 0.75 },
      hovertemplate: "%{text}<br>%{x:.3g}, %{y:.3g}<extra></extra>",
    };
  });
  return {
    traces,
    layout: {
      height: 460, margin: { l: 60, r: 12, t: 12, b: 50 }, hovermode: "closest",
      xaxis: { title: { text: x.replaceAll("_", " ") } },
      yaxis: { title: { text: y.replaceAll("_", " ") } },
      legend: { orientation: "h", y: 1.08 },
    },
  };
}
