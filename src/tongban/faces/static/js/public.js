// What a public page gains from a script: it is read aloud in 长者模式, and says when the network is gone.
// Without this file the page is whole.
(function () {
  "use strict";
  const main = document.getElementById("main");
  if (!main) return;

  function line(words) {
    const told = document.createElement("p");
    told.className = "net-note";
    told.setAttribute("role", "status");
    told.textContent = words;
    return told;
  }

  // ---- the network -------------------------------------------------------------------------------------------
  let gone = null;
  function network() {
    const words = document.documentElement.lang.startsWith("en")
      ? "The network is gone. What you see is from before; calling 12345 still works."
      : "网络断了。您看到的是刚才的内容；急事可以打 12345，或者到窗口办。";
    if (!navigator.onLine && !gone) {
      gone = line(words);
      main.insertBefore(gone, main.firstChild);
    } else if (navigator.onLine && gone) {
      gone.remove();
      gone = null;
    }
  }
  window.addEventListener("offline", network);
  window.addEventListener("online", network);
  network();

  // ---- reading aloud -----------------------------------------------------------------------------------------
  if (!document.documentElement.dataset.elder || !("speechSynthesis" in window)) return;
  const holder = document.querySelector("[data-aloud]");
  if (!holder) return;
  const speech = window.speechSynthesis;
  const english = document.documentElement.lang.startsWith("en");
  const words = english ? ["Read aloud", "Stop reading"] : ["读给我听", "不读了"];
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-secondary aloud-button";
  button.textContent = words[0];
  button.setAttribute("aria-pressed", "false");
  holder.appendChild(button);
  holder.hidden = false;

  function pieces() {
    const found = main.querySelectorAll("h1, h2, h3, p, li, dt, dd, th, td, .elder-lead, summary");
    return Array.from(found)
      .filter((one) => one.offsetParent && !one.closest("form, [data-aloud], .crumbs") && !one.querySelector("p, li"))
      .map((one) => one.innerText.replace(/\s+/g, " ").trim())
      .filter((text, at, all) => text && text !== all[at - 1]);
  }

  function reading(on) {
    button.setAttribute("aria-pressed", String(on));
    button.textContent = words[on ? 1 : 0];
  }

  button.addEventListener("click", () => {
    if (speech.speaking || speech.pending) {
      speech.cancel();
      reading(false);
      return;
    }
    const all = pieces();
    all.forEach((text, at) => {
      const said = new SpeechSynthesisUtterance(text);
      said.lang = english ? "en" : "zh-CN";
      said.rate = 0.85;
      if (at === all.length - 1) said.onend = () => reading(false);
      speech.speak(said);
    });
    reading(all.length > 0);
  });
  window.addEventListener("pagehide", () => speech.cancel());
})();
