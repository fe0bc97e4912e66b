// Single keys for whoever answers many requests, and the token that htmx sends. Every page works without this file.
(() => {
  "use strict";
  const OFF = "provost-keys-off";
  const csrf = document.querySelector('meta[name="csrf"]')?.content ?? "";
  const keys = document.querySelector("[data-keys]");
  const speak = document.querySelector("[data-speak]");
  const say = (words) => { if (speak) speak.textContent = words; };

  document.addEventListener("htmx:configRequest", (event) => { event.detail.headers["X-CSRF-Token"] = csrf; });

  // A form is sent once: a second click while the answer is on its way does nothing.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.hasAttribute("hx-post")) return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    if (form.hasAttribute("data-again")) return;
    form.dataset.sent = "yes";
    setTimeout(() => form.querySelectorAll("button").forEach((button) => { button.disabled = true; }), 0);
  });
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    document.querySelectorAll("form[data-sent]").forEach((form) => {
      delete form.dataset.sent;
      form.querySelectorAll("button").forEach((button) => { button.disabled = false; });
    });
  });

  const rows = () => [...document.querySelectorAll("[data-row]")];
  const step = (by) => {
    const all = rows();
    if (!all.length) return;
    const here = all.indexOf(document.activeElement.closest?.("[data-row]"));
    const next = here < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(Math.max(here + by, 0), all.length - 1);
    all[next].querySelector("a").focus();
  };
  const reach = (selector, words) => {
    const found = document.querySelector(selector);
    if (!found) return;
    found.closest("details")?.setAttribute("open", "");
    found.focus();
    found.scrollIntoView({ block: "center" });
    say(words);
  };
  const acts = {
    j: () => step(1),
    k: () => step(-1),
    x: () => document.activeElement.closest?.("[data-row]")?.querySelector("input[type=checkbox]")?.click(),
    a: () => reach("[data-approve]", "Press Enter to approve, Escape to leave it."),
    r: () => reach("[data-reject]", "Say why, then press Tab and Enter to reject. Escape leaves it."),
    u: () => { const up = document.querySelector("[data-up]"); if (up) location.href = up.href; },
  };
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && document.activeElement !== document.body) {
      document.activeElement.blur();
      say("");
      return;
    }
    const typing = event.target.closest?.("textarea, select, input:not([type=checkbox])");
    if (!keys || typing || event.ctrlKey || event.metaKey || event.altKey || localStorage.getItem(OFF)) return;
    if (acts[event.key]) { event.preventDefault(); acts[event.key](); }
  });
  if (keys) {
    const button = keys.querySelector("button");
    const word = () => { button.textContent = localStorage.getItem(OFF) ? "Turn single keys on" : "Turn single keys off"; };
    button.addEventListener("click", () => {
      if (localStorage.getItem(OFF)) localStorage.removeItem(OFF); else localStorage.setItem(OFF, "yes");
      word();
    });
    word();
    keys.hidden = false;
  }

  // The chat: Enter sends, suggestions fill in, and a finished answer is told to whoever listens.
  const ask = document.querySelector("[data-ask]");
  if (ask) {
    const field = ask.querySelector("textarea");
    // With the first question the welcome goes; the heading that readers of headings need stays, unseen.
    const leaveStart = () => {
      const start = document.querySelector("[data-start]");
      const heading = start?.querySelector("h1");
      if (!heading) return;
      heading.className = "out";
      heading.textContent = "Conversation";
      start.replaceWith(heading);
    };
    field.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey) { event.preventDefault(); ask.requestSubmit(); }
    });
    document.querySelectorAll("[data-words]").forEach((button) => button.addEventListener("click", () => {
      field.value = button.dataset.words;
      ask.requestSubmit();
    }));
    document.addEventListener("htmx:afterRequest", (event) => {
      if (event.target !== ask) return;
      if (event.detail.successful) { field.value = ""; leaveStart(); }
      field.focus();
    });
    document.addEventListener("htmx:sseMessage", (event) => {
      const turn = event.target.closest(".turn");
      if (event.detail.type === "step") {
        const count = turn.querySelectorAll(".did li").length;
        turn.querySelector("[data-count]").textContent = count;
      }
      window.scrollTo({ top: document.body.scrollHeight });
    });
    document.addEventListener("htmx:sseClose", (event) => {
      event.target.closest(".turn")?.querySelector(".said")?.setAttribute("aria-busy", "false");
    });
  }
})();
