// A file beyond the limit is told before it is sent; the server tells it too, and before reading it.
const form = document.querySelector("[data-upload]");
if (form) {
  const input = form.querySelector("input[type=file]");
  const error = document.getElementById("f-file-e");
  const tooLarge = () => input.files.length > 0 && input.files[0].size > Number(input.dataset.most);
  const tell = () => {
    const wrong = tooLarge();
    error.textContent = wrong ? input.dataset.tooLarge : "";
    error.hidden = !wrong;
    input.setAttribute("aria-invalid", String(wrong));
    return wrong;
  };
  input.addEventListener("change", tell);
  form.addEventListener("submit", (event) => {
    const button = form.querySelector("button[type=submit]");
    if (tell()) {
      event.preventDefault();
      input.focus();
    } else {
      button.setAttribute("aria-busy", "true");
    }
  });
}
