// Sort a table by the columns whose head has data-sort: "number" or "text". The head becomes a
// button, so that the keyboard reaches it and keeps its place; the new order is said aloud.

for (const table of document.querySelectorAll("table.sortable")) {
  const body = table.tBodies[0];
  const heads = [...table.tHead.rows[table.tHead.rows.length - 1].cells];
  const status = table.closest("section, main").querySelector("[data-sorted]");
  for (const head of heads.filter((one) => one.dataset.sort)) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") !== "descending";
      for (const other of heads) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const place = head.cellIndex;
      const rows = [...body.rows].sort((a, b) => compare(a.cells[place], b.cells[place], head, down));
      for (const row of rows) row.classList.toggle("first", row === rows[0]);
      body.append(...rows);
      if (status) status.textContent = `Sorted by ${button.innerText.replace(/\s+/g, " ")}, ${down ? "highest" : "lowest"} first.`;
    });
  }
}

// A cell without a value stands last, whichever way the others run.
function compare(a, b, head, down) {
  const [x, y] = [a, b].map((cell) => cell.dataset.value ?? cell.innerText.trim());
  if (x === "" || y === "") return (x === "") - (y === "");
  const order = head.dataset.sort === "number" ? x - y : x.localeCompare(y);
  return down ? -order : order;
}
