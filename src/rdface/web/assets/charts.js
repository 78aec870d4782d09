// Draw each figure.chart with plotly.js, which is fetched from this machine only where a figure
// comes into view. Without scripts the figure stays hidden: a table on the page says the same.

import { curves } from "./chart-curves.js";
import { scores } from "./chart-scores.js";

const DRAWINGS = { curves, scores };
const guard = document.getElementById("charts").dataset.guard;
let plotly;

// The script element carries the id that plotly.js looks for; see rdface/web/plotly.py.
function loadPlotly() {
  plotly ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = "/assets/plotly.js";
    if (guard) script.id = guard;
    script.addEventListener("load", () => resolve(window.Plotly));
    script.addEventListener("error", reject);
    document.head.append(script);
  });
  return plotly;
}

function colours() {
  const style = getComputedStyle(document.documentElement);
  const named = (name) => style.getPropertyValue(`--${name}`).trim();
  return {
    ink: named("ink"), soft: named("soft"), line: named("line"), ground: named("ground"),
    good: named("good-line"), bad: named("bad-line"), font: named("sans"),
    series: [1, 2, 3, 4, 5, 6, 7].map((number) => named(`c${number}`)),
  };
}

async function draw(figure) {
  const canvas = figure.querySelector(".canvas");
  const answer = await fetch(figure.dataset.source, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`${figure.dataset.source}: ${answer.status}`);
  const [library, data] = await Promise.all([loadPlotly(), answer.json()]);
  const show = () => {
    const look = colours();
    const { traces, layout } = DRAWINGS[figure.dataset.chart](data, look, figure);
    const axis = { gridcolor: look.line, zerolinecolor: look.line, linecolor: look.soft, fixedrange: true };
    return library.react(canvas, traces, {
      ...layout,
      xaxis: { ...axis, ...layout.xaxis },
      yaxis: { ...axis, ...layout.yaxis },
      font: { family: look.font, size: 12.5, color: look.soft },
      paper_bgcolor: look.ground, plot_bgcolor: look.ground,
      hoverlabel: { bgcolor: look.ground, bordercolor: look.soft, font: { color: look.ink } },
    }, { displayModeBar: false, responsive: true, plotlyServerURL: "" });
  };
  await show();
  figure.addEventListener("redraw", show);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", show);
}

const seen = new IntersectionObserver((entries) => {
  for (const entry of entries.filter((one) => one.isIntersecting)) {
    seen.unobserve(entry.target);
    draw(entry.target).catch((error) => {
      entry.target.hidden = true;
      console.warn(`The figure could not be drawn: ${error.message}`);
    });
  }
}, { rootMargin: "300px" });

for (const figure of document.querySelectorAll("figure.chart")) {
  figure.hidden = false;
  seen.observe(figure);
}
