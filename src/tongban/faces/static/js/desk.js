/* The staff desk: keys and small conveniences. Every page works without it; the lawful acts are plain forms. */
(function () {
  "use strict";

  var OFF = "tongban.desk.single-keys-off";

  function singleKeysOff() {
    try {
      return window.localStorage.getItem(OFF) === "1";
    } catch (error) {
      return false;
    }
  }

  function inField(target) {
    return target instanceof Element && Boolean(target.closest("input, select, textarea, [contenteditable]"));
  }

  function rows() {
    return Array.prototype.slice.call(document.querySelectorAll("[data-row]")).filter(function (row) {
      return row.offsetParent !== null;
    });
  }

  function step(by) {
    var all = rows();
    if (!all.length) {
      return;
    }
    var at = all.indexOf(document.activeElement);
    if (at < 0) {
      var open = document.querySelector("[aria-current='true'] > [data-row]");
      at = open ? all.indexOf(open) : by > 0 ? -1 : all.length;
    }
    var next = all[Math.min(all.length - 1, Math.max(0, at + by))];
    next.focus();
    next.scrollIntoView({ block: "nearest" });
  }

  document.addEventListener("keydown", function (event) {
    if (event.defaultPrevented) {
      return;
    }
    if (/^F\d{1,2}$/.test(event.key)) {
      var button = document.querySelector('[data-key="' + event.key + '"]');
      if (button) {
        event.preventDefault();
        button.click();
      }
      return;
    }
    if (event.key === "Enter" && event.ctrlKey) {
      var form = event.target instanceof Element ? event.target.closest("form[data-send]") : null;
      form = form || document.querySelector("form[data-send]");
      var send = form && form.querySelector('button[name="command"]');
      if (send) {
        event.preventDefault();
        send.click();
      }
      return;
    }
    if (event.ctrlKey || event.altKey || event.metaKey || inField(event.target) || singleKeysOff()) {
      return;
    }
    if (event.key === "j" || event.key === "J") {
      step(1);
    } else if (event.key === "k" || event.key === "K") {
      step(-1);
    } else if (event.key === "x" || event.key === "X") {
      var line = document.activeElement && document.activeElement.closest("tr");
      var tick = line && line.querySelector('input[type="checkbox"][name="task"]');
      if (tick) {
        tick.click();
      }
    }
  });

  /* Ticked rows: how many, and all of the page at once. */
  function count() {
    document.querySelectorAll("[data-count]").forEach(function (place) {
      var name = place.getAttribute("data-count");
      var ticks = Array.prototype.slice.call(document.querySelectorAll('input[type="checkbox"][name="' + name + '"]'));
      var ticked = ticks.filter(function (tick) {
        return tick.checked;
      });
      ticks.forEach(function (tick) {
        var line = tick.closest("tr");
        if (line) {
          line.toggleAttribute("data-ticked", tick.checked);
        }
      });
      place.textContent = place.textContent.split("：")[0] + "：" + ticked.length + " 件";
      place.parentElement.toggleAttribute("data-some", ticked.length > 0);
      var all = document.querySelector('[data-all="' + name + '"]');
      if (all) {
        all.hidden = false;
        all.checked = ticks.length > 0 && ticked.length === ticks.length;
      }
    });
  }

  document.addEventListener("change", function (event) {
    var all = event.target instanceof Element ? event.target.closest("[data-all]") : null;
    if (all) {
      document.querySelectorAll('input[name="' + all.getAttribute("data-all") + '"]').forEach(function (tick) {
        tick.checked = all.checked;
      });
    }
    if (all || (event.target instanceof Element && event.target.name === "task")) {
      count();
    }
  });

  /* An answer that may change the questions and materials: the server says what to show now. */
  document.addEventListener("change", function (event) {
    var asked = event.target instanceof Element ? event.target.closest("#intake-fields") : null;
    if (asked && window.htmx && event.target.matches("select, input[type='radio'], input[type='checkbox']")) {
      window.htmx.trigger(asked, "answers-changed");
    }
  });

  /* What is being written is kept in the background; without this script there is a button for it. */
  var keeping = 0;
  var sent = "";

  function keep(form) {
    var told = form.querySelector("[data-kept]");
    var fields = new URLSearchParams(new FormData(form));
    if (!told || fields.toString() === sent || !document.contains(form)) {
      return;
    }
    window
      .fetch(form.getAttribute("data-keep"), { method: "POST", body: fields, credentials: "same-origin" })
      .then(function (answer) {
        if (!answer.ok || answer.redirected) {
          throw new Error(String(answer.status));
        }
        sent = fields.toString();
        return answer.text();
      })
      .then(function (words) {
        told.textContent = words;
      })
      .catch(function () {
        told.textContent = "草稿没有存上，写的还在这一页";
      });
  }

  function keepSoon(event) {
    var form = event.target instanceof Element ? event.target.closest("form[data-keep]") : null;
    if (!form) {
      return;
    }
    var points = form.querySelector("[data-points]");
    if (points) {
      var all = points.querySelectorAll('input[type="checkbox"]');
      points.querySelector("[data-checked]").textContent =
        points.querySelectorAll('input[type="checkbox"]:checked').length + " / " + all.length;
    }
    window.clearTimeout(keeping);
    keeping = window.setTimeout(keep, 1500, form);
  }

  document.addEventListener("input", keepSoon);
  document.addEventListener("submit", function () {
    window.clearTimeout(keeping);
  });

  /* A frequent sentence comes in where the cursor stood. */
  document.addEventListener("click", function (event) {
    var phrase = event.target instanceof Element ? event.target.closest("[data-phrase]") : null;
    var place = phrase && document.getElementById(phrase.getAttribute("data-phrase"));
    if (!place) {
      return;
    }
    event.preventDefault();
    place.focus();
    place.setRangeText(phrase.textContent, place.selectionStart, place.selectionEnd, "end");
    place.dispatchEvent(new Event("input", { bubbles: true }));
  });

  var held = null;
  var typed = {};

  document.addEventListener("htmx:beforeSwap", function () {
    var active = document.activeElement;
    held = active && active.name ? { name: active.name, value: active.value, type: active.type } : null;
    typed = {};
    document.querySelectorAll("#intake-fields input.input, #intake-fields textarea").forEach(function (control) {
      typed[control.name] = control.value;
    });
  });

  function focusAgain() {
    var place = document.getElementById("intake-fields");
    if (!place) {
      return;
    }
    /* What was typed while the answer was on its way stays. */
    place.querySelectorAll("input.input, textarea").forEach(function (control) {
      if (!control.readOnly && Object.prototype.hasOwnProperty.call(typed, control.name)) {
        control.value = typed[control.name];
      }
    });
    typed = {};
    if (!held) {
      return;
    }
    var same = Array.prototype.slice.call(place.querySelectorAll("[name]")).filter(function (control) {
      return control.name === held.name && (control.type !== "radio" || control.value === held.value);
    });
    if (same.length) {
      same[0].focus();
    }
  }

  document.addEventListener("change", function (event) {
    var mark = event.target instanceof Element ? event.target.closest("[data-mark]") : null;
    if (!mark) {
      return;
    }
    var box = document.querySelector('[data-fault="' + mark.getAttribute("data-mark") + '"]');
    if (box && mark.value === "faulty") {
      box.open = true;
      var first = box.querySelector("textarea");
      if (first && !first.value) {
        first.focus();
      }
    }
  });

  /* The credit code is asked for only when an organisation applies. */
  function showParty() {
    var chosen = document.querySelector("[data-kind]:checked");
    if (!chosen) {
      return;
    }
    document.querySelectorAll("[data-of]").forEach(function (box) {
      box.hidden = box.getAttribute("data-of") !== chosen.value;
    });
  }

  document.addEventListener("change", function (event) {
    if (event.target instanceof Element && event.target.closest("[data-kind]")) {
      showParty();
    }
  });

  function setUp() {
    showParty();
    count();
    document.querySelectorAll("[data-print]").forEach(function (button) {
      button.hidden = false;
      button.onclick = function () {
        window.print();
      };
    });
    document.querySelectorAll("[data-keys]").forEach(function (button) {
      button.hidden = false;
      var off = button.textContent;
      var name = function () {
        button.textContent = singleKeysOff() ? button.dataset.on : off;
      };
      button.onclick = function () {
        try {
          window.localStorage.setItem(OFF, singleKeysOff() ? "0" : "1");
        } catch (error) {
          return;
        }
        name();
      };
      name();
    });
    var problem = document.querySelector("#errors, #refused");
    if (problem) {
      problem.focus();
    }
  }

  document.addEventListener("click", function (event) {
    var chip = event.target instanceof Element ? event.target.closest("[data-chip]") : null;
    if (!chip) {
      return;
    }
    document.querySelectorAll("[data-chip]").forEach(function (other) {
      other.removeAttribute("aria-current");
    });
    chip.setAttribute("aria-current", "true");
  });

  /* At once with the swap, not when it settles: between the two somebody may go on typing. */
  document.addEventListener("htmx:afterSwap", focusAgain);

  document.addEventListener("htmx:afterSettle", function (event) {
    setUp();
    if (event.detail && event.detail.elt && event.detail.elt.id === "desk-panes") {
      var heading = document.getElementById("case-h");
      if (heading) {
        heading.focus();
      }
    }
  });

  if (document.readyState === "loading") {
    document.addEventListener("DOMContentLoaded", setUp);
  } else {
    setUp();
  }
})();
