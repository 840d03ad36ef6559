/* Autosave of one form step. The server decides which fields the answers call for; this script only asks it and puts
   new fields in or takes old ones out, without touching the ones that stay. Without it the form works as plain HTML. */
(() => {
  "use strict";
  const DELAY = 1500;
  const RETRY = 5000;
  const form = document.querySelector("form[data-autosave]");
  if (!form) return;
  const fields = form.querySelector("[data-fields]");
  const trouble = form.querySelector("[data-autosave-trouble]");
  const saved = document.querySelector("[data-saved]");
  let timer = 0;
  let running = null;
  let again = false;
  let stopped = false;
  let dirty = false;
  let leaving = false;
  let sent = "";
  let latest = 0;
  let pressed = null;

  // Nothing on the page moves between pressing and releasing: a click must hit what the finger was on.
  const released = () => pressed || Promise.resolve();
  document.addEventListener("pointerdown", () => {
    if (pressed) return;
    pressed = new Promise((resolve) => {
      const done = () => {
        for (const name of ["click", "pointercancel"]) document.removeEventListener(name, done, true);
        window.clearTimeout(limit);
        pressed = null;
        window.setTimeout(resolve, 0);
      };
      const limit = window.setTimeout(done, 1000);
      for (const name of ["click", "pointercancel"]) document.addEventListener(name, done, true);
    });
  }, true);

  const blockOf = (name) => {
    for (const block of fields.children) {
      if (block.querySelector(`[name="${CSS.escape(name)}"]`)) return block;
    }
    return null;
  };

  const build = (html) => {
    const holder = document.createElement("template");
    holder.innerHTML = html.trim();
    return holder.content.firstElementChild;
  };

  const arrange = (order, html) => {
    const wanted = new Set();
    let place = null;
    for (const name of order) {
      let block = blockOf(name);
      if (!block) {
        block = build(html[name]);
        fields.insertBefore(block, place ? place.nextElementSibling : fields.firstElementChild);
      }
      wanted.add(block);
      place = block;
    }
    for (const block of [...fields.children]) {
      if (!wanted.has(block)) block.remove();
    }
    form.elements.shown.value = order.join(",");
  };

  const tell = (sentence) => {
    trouble.hidden = !sentence;
    trouble.querySelector("p").textContent = sentence;
  };

  const take = (answer) => {
    form.elements.revision.value = answer.revision;
    arrange(answer.order, answer.fields);
    const outlook = document.querySelector("[data-outlook]");
    if (outlook) outlook.replaceWith(build(answer.outlook));
    if (saved) saved.textContent = answer.saved;
    tell("");
  };

  const save = async () => {
    if (stopped) return;
    if (running) {
      again = true;
      return;
    }
    await begin("");
  };

  const begin = async (before) => {
    const mine = send(before);
    running = mine;
    await mine;
    if (running !== mine) return;
    running = null;
    if (again) {
      again = false;
      schedule(0);
    }
  };

  // before: the saving whose answer has not come. The server takes it first, whichever of the two arrives first.
  const send = async (before) => {
    const number = ++latest;
    const body = new URLSearchParams(new FormData(form));
    sent = body.toString();
    if (before) body.set("before", before);
    dirty = false;
    try {
      const response = await fetch(form.getAttribute("action") || window.location.href, {
        method: "POST",
        body,
        headers: { "X-Autosave": "1" },
        redirect: "manual",
        keepalive: leaving,
      });
      if (number !== latest) return;
      if (response.ok) {
        const answer = await response.json();
        await released();
        take(answer);
      } else if (response.status === 401 || response.type === "opaqueredirect") {
        stopped = true;
        tell(form.dataset.expired);
      } else if (response.status === 409) {
        stopped = true;
        tell((await response.json()).sentence);
      } else {
        dirty = true;
        tell(form.dataset.failed);
      }
    } catch (error) {
      if (number !== latest) return;
      dirty = true;
      tell(form.dataset.offline);
      schedule(RETRY);
    }
  };

  const schedule = (delay) => {
    window.clearTimeout(timer);
    timer = window.setTimeout(save, delay);
  };

  // What was typed in the last second goes out also when the page is closed or put aside.
  const leave = () => {
    if (stopped || !(dirty || (running && !leaving))) return;
    leaving = true;
    again = false;
    window.clearTimeout(timer);
    begin(running ? sent : "");
  };
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") leave();
    else leaving = false;
  });
  window.addEventListener("pagehide", leave);

  form.addEventListener("input", (event) => {
    dirty = true;
    if (event.target.matches('input[type="radio"], input[type="checkbox"], select')) return;
    schedule(DELAY);
  });
  form.addEventListener("change", () => {
    dirty = true;
    schedule(0);
  });
  form.addEventListener("submit", async (event) => {
    window.clearTimeout(timer);
    again = false;
    if (!running) {
      stopped = true;
      return;
    }
    // An autosave is on its way: its revision is needed, or our own saving would look like another tab's.
    event.preventDefault();
    while (running) await running;
    stopped = true;
    form.requestSubmit(event.submitter || undefined);
  });
  window.addEventListener("pageshow", (event) => {
    stopped = false;
    if (event.persisted && leaving) window.location.reload(); // the answer of the last saving was never heard
  });
})();
