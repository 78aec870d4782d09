// Decide without loading the page again; without this script the forms do the same. In a face's
// card the keys a (accept), r (reject) and u (undo) work as its buttons do.

const token = document.querySelector("meta[name=csrf-token]").content;
const said = document.getElementById("said");
const WORDS = { open: "to review", accepted: "accepted", rejected: "rejected" };
const MARKS = { open: "mark", accepted: "mark good", rejected: "mark bad" };

async function send(action, body) {
  const answer = await fetch(`/api/v1${action}`, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRF-Token": token },
    body: JSON.stringify(body),
  });
  const outcome = await answer.json();
  if (!answer.ok) throw new Error([outcome.error, outcome.hint].filter(Boolean).join(" "));
  for (const count of document.querySelectorAll("[data-count]")) {
    count.textContent = outcome.pool[count.dataset.count];
  }
  return outcome;
}

function show(card, verdict) {
  card.className = `pairing ${verdict}`;
  const mark = card.querySelector("[data-verdict]");
  mark.className = MARKS[verdict];
  mark.textContent = WORDS[verdict];
  card.querySelector("[data-who]").textContent = "";
  for (const button of card.querySelectorAll("button[name=verdict]")) {
    button.setAttribute("aria-pressed", button.value === verdict);
  }
}

for (const form of document.querySelectorAll("form[data-decide]")) {
  const card = form.closest("[data-image]");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = event.submitter;
    const verdict = button.getAttribute("aria-pressed") === "true" ? "open" : button.value;
    try {
      await send(new URL(form.action).pathname, { image_ids: [card.dataset.image], verdict });
      show(card, verdict);
      said.className = "hidden";
      said.textContent = `${card.dataset.image}: ${WORDS[verdict]}.`;
    } catch (error) {
      said.textContent = `Not written: ${error.message}`;
      said.className = "banner bad";
    }
  });
  card.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const verdict = { a: "accepted", r: "rejected" }[event.key];
    if (verdict) form.requestSubmit(form.querySelector(`button[value=${verdict}]`));
    else if (event.key === "u") document.querySelector("form[data-undo]").requestSubmit();
  });
}
