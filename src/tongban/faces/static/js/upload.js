/* Files go up one by one with progress; photos are shrunk first. The answer is the material's tile, drawn by the server.
   Without this script every tile is a plain multipart form with its own button. */
(() => {
  "use strict";
  const LONG_EDGE = 2000;
  const SMALL_ENOUGH = 600 * 1024;
  const QUALITY = 0.85;
  const PART = 512 * 1024;
  const TRIES = 5;

  const shrink = async (file) => {
    if (!/^image\/(jpeg|png)$/.test(file.type) || file.size <= SMALL_ENOUGH || !window.createImageBitmap) return file;
    try {
      const bitmap = await createImageBitmap(file);
      const ratio = Math.min(1, LONG_EDGE / Math.max(bitmap.width, bitmap.height));
      const canvas = document.createElement("canvas");
      canvas.width = Math.round(bitmap.width * ratio);
      canvas.height = Math.round(bitmap.height * ratio);
      canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
      bitmap.close();
      const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
      canvas.width = canvas.height = 0;
      if (!blob || blob.size >= file.size) return file;
      return new File([blob], file.name.replace(/\.[^.]*$/, "") + ".jpg", { type: "image/jpeg" });
    } catch (error) {
      return file; // not a picture that this browser can open: the server looks at the file as it is
    }
  };

  const bar = (place, file) => {
    const row = document.createElement("div");
    row.className = "file mt-2";
    const name = document.createElement("span");
    name.textContent = file.name;
    const progress = document.createElement("progress");
    progress.max = 100;
    progress.value = 0;
    progress.setAttribute("aria-label", file.name);
    const cancel = document.createElement("button");
    cancel.type = "button";
    cancel.className = "btn btn-quiet btn-s push";
    cancel.textContent = place.dataset.cancel || "×";
    row.append(name, progress, cancel);
    place.append(row);
    return { row, progress, cancel };
  };

  const send = (form, data, view) =>
    new Promise((resolve) => {
      const request = new XMLHttpRequest();
      request.open("POST", form.getAttribute("action"));
      request.setRequestHeader("HX-Request", "true");
      request.responseType = "text";
      if (view) {
        request.upload.onprogress = (event) => {
          if (event.lengthComputable) view.progress.value = Math.round((event.loaded / event.total) * 100);
        };
        view.cancel.addEventListener("click", () => request.abort());
      }
      request.onload = () => resolve(request);
      request.onerror = () => resolve(null);
      request.onabort = () => resolve(undefined);
      request.send(data);
    });

  const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

  // The same file chosen again after a lost network or a closed page goes on where it stopped.
  const keyOf = async (code, file) => {
    const words = `${code}|${file.name}|${file.size}|${file.lastModified}`;
    if (!window.crypto || !crypto.subtle) return "";
    const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(words));
    return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("").slice(0, 32);
  };

  const arrived = async (form, key) => {
    try {
      const answer = await fetch(`${form.getAttribute("action")}?parts=${key}`, { credentials: "same-origin" });
      return answer.ok ? (await answer.json()).have : [];
    } catch (error) {
      return []; // no network yet: every part is sent and tried again
    }
  };

  const sendParts = async (form, file, name, key, view) => {
    const total = Math.ceil(file.size / PART);
    const there = new Set(await arrived(form, key));
    let answer = null;
    let stopped = false;
    view.cancel.addEventListener("click", () => { stopped = true; });
    for (let index = 0; index < total; index += 1) {
      if (there.has(index) && index < total - 1) continue;
      const data = new FormData();
      for (const [field, value] of Object.entries({ action: "part", material: form.elements.material.value, back: form.elements.back.value, key, index, total, size: file.size, name })) data.append(field, value);
      data.append("part", file.slice(index * PART, (index + 1) * PART), "part");
      for (let tries = 0; tries < TRIES; tries += 1) {
        if (stopped) return undefined;
        answer = await send(form, data, null);
        if (answer && answer.status < 500) break;
        await pause(500 * 2 ** tries);
      }
      if (!answer || answer.status >= 400) return answer;
      view.progress.value = Math.round(((index + 1) / total) * 100);
    }
    return answer;
  };

  const swap = (section, html) => {
    const holder = document.createElement("template");
    holder.innerHTML = html.trim();
    const fresh = holder.content.querySelector("[data-material]");
    if (!fresh) return section;
    section.replaceWith(fresh);
    prepare(fresh);
    const given = document.querySelector("[data-given]");
    if (given) given.textContent = document.querySelectorAll("[data-upload-state='given']").length;
    return fresh;
  };

  const complain = (section, sentences) => {
    for (const sentence of sentences) {
      const field = document.createElement("div");
      field.className = "field";
      field.setAttribute("data-error", "");
      const words = document.createElement("span");
      words.className = "field-error";
      words.setAttribute("role", "alert");
      words.textContent = sentence;
      field.append(words);
      section.querySelector(".material-head").after(field);
    }
  };

  const errorOf = (section) => {
    const words = section.querySelector(".field-error");
    return words ? words.textContent : "";
  };

  const upload = async (form) => {
    const input = form.elements.file;
    const place = form.querySelector("[data-progress]");
    const code = form.elements.material.value;
    let section = form.closest("[data-material]");
    const problems = [];
    const views = [...input.files].map((file) => [file, bar(place, file)]);
    input.disabled = true;
    let html = "";
    for (const [file, view] of views) {
      const small = await shrink(file);
      const key = small.size > PART ? await keyOf(code, file) : "";
      let answer;
      if (key) {
        answer = await sendParts(form, small, small.name, key, view);
      } else {
        const data = new FormData();
        data.append("action", "add");
        data.append("material", code);
        data.append("back", form.elements.back.value);
        data.append("file", small);
        answer = await send(form, data, view);
      }
      view.row.remove();
      if (answer === undefined) continue;
      if (!answer || answer.status >= 500) {
        problems.push(`${file.name}:${place.dataset.failed}`);
        continue;
      }
      if (answer.status === 401) {
        window.location.assign(answer.getResponseHeader("HX-Redirect") || window.location.href);
        return;
      }
      html = answer.responseText;
      if (answer.status === 422) {
        const holder = document.createElement("template");
        holder.innerHTML = html;
        problems.push(errorOf(holder.content));
      }
    }
    input.disabled = false;
    input.value = "";
    if (html) section = swap(section, html);
    for (const old of section.querySelectorAll(".field[data-error]")) old.remove();
    complain(section, problems.filter(Boolean));
    const next = section.querySelector('input[type="file"]');
    (next || section).focus();
  };

  const remove = async (form) => {
    const section = form.closest("[data-material]");
    const answer = await send(form, new FormData(form), null);
    if (!answer) return form.submit();
    if (answer.status === 401) return window.location.assign(answer.getResponseHeader("HX-Redirect") || "/");
    const fresh = swap(section, answer.responseText);
    return (fresh.querySelector('input[type="file"]') || fresh).focus();
  };

  const prepare = (root) => {
    // The whole tile opens the chooser; the field itself stays for the keyboard and for screen readers.
    for (const button of root.querySelectorAll("[data-upload-button]")) button.hidden = true;
    for (const input of root.querySelectorAll(".drop-input")) input.classList.replace("drop-input", "sr-only");
  };

  prepare(document);
  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-upload]");
    if (form && event.target.type === "file" && event.target.files.length) upload(form);
  });
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("form[data-remove]")) return;
    event.preventDefault();
    remove(event.target);
  });
})();
