// Says that a file is too large before it is sent: nothing of the form is lost.

const file = document.querySelector("input[type=file][data-bytes]");
const largest = Number(file.dataset.bytes);

file.addEventListener("change", () => {
  const size = file.files[0]?.size ?? 0;
  const megabytes = (size / 1e6).toFixed(1);
  file.setCustomValidity(
    size > largest ? `This file has ${megabytes} MB; at most ${largest / 1e6} MB are taken.` : "");
  file.reportValidity();
});
