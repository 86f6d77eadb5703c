/* What the query page gains where scripts run: an editor in place of the text field, long queries sent by POST, lines
   that name the server at hand, and buttons that copy. The page works without any of it. */
(function () {
  "use strict";

  const form = document.querySelector("form.query");
  const field = document.getElementById("query");
  const snippets = document.querySelector(".snippets");
  const remembered = "osallisuus-plain-field";
  let editor = null;

  /* Suggest what the server says: prefixes, and the properties and classes that are in use. Those that the editor comes
     with would ask other sites, or keep things in the browser. */
  function suggest() {
    const prefixes = form.dataset.prefixes.split(" ").map((each) => each.split("="));
    const namespaces = Object.fromEntries(prefixes);
    const whole = (name) => namespaces[name.slice(0, name.indexOf(":"))] + name.slice(name.indexOf(":") + 1);
    const listed = (text) => text.split(" ").filter(Boolean).map(whole);
    const among = (all) => (_, token) => {
      const begun = token.autocompletionString || token.string;
      return all.filter((each) => each.startsWith(begun) && each !== begun);
    };
    const more = {
      prefixes: { get: prefixes.map(([prefix, namespace]) => `${prefix}: <${namespace}>`), persistenceId: null },
      property: { get: among(listed(form.dataset.properties)), autoShow: true },
      class: { get: among(listed(form.dataset.classes)), autoShow: true },
    };
    for (const [name, changed] of Object.entries(more)) {
      Yasqe.registerAutocompleter({ ...Yasqe.Autocompleters[name], ...changed }, false);
    }
    Yasqe.defaults.autocompleters = ["variables", ...Object.keys(more)];
  }

  function settings() {
    return {
      value: field.value,
      inputStyle: "contenteditable",
      /* Tab is not taken, so nobody is caught; Esc closes the suggestions and nothing else. */
      extraKeys: {
        Tab: false, "Shift-Tab": false, Esc: false, "Ctrl-S": false,
        "Ctrl-Enter": submit, "Cmd-Enter": submit, "Ctrl-Space": (cm) => cm.autocomplete(),
      },
      gutters: ["CodeMirror-linenumbers"],
      foldGutter: false,
      syntaxErrorCheck: false,
      persistenceId: null,
      createShareableLink: null,
      consumeShareLink: null,
      showQueryButton: false,
      resizeable: false,
      editorHeight: "auto",
      requestConfig: { endpoint: "" },
    };
  }

  function open() {
    const place = document.createElement("div");
    field.before(place);
    try {
      suggest();
      Object.assign(Yasqe.defaults, settings());
      editor = new Yasqe(place);
      editor.showNotification = () => {};
      const input = editor.getInputField();
      for (const [name, value] of Object.entries({
        role: "textbox", "aria-multiline": "true", "aria-labelledby": "query-label", "aria-describedby": "keys",
      })) {
        input.setAttribute(name, value);
      }
      editor.on("autocompletionShown", (_, widget) => {
        widget.hints.setAttribute("aria-label", form.dataset.suggestions);
      });
      editor.on("change", () => { field.value = editor.getValue(); });
      field.hidden = true;
      field.required = false;
    } catch (error) {
      place.remove();
      editor = null;
      console.warn(error);
    }
    document.getElementById("keys").hidden = !editor;
  }

  function close() {
    editor.rootEl.parentNode.remove();
    editor = null;
    field.hidden = false;
    document.getElementById("keys").hidden = true;
  }

  function stored(value) {
    try {
      if (value === undefined) return sessionStorage.getItem(remembered) === "yes";
      sessionStorage.setItem(remembered, value ? "yes" : "no");
    } catch (error) { /* a browser that keeps nothing */ }
    return Boolean(value);
  }

  function submit() {
    form.requestSubmit();
  }

  /* Go to the place of the fault, or to the beginning of the query. */
  function enter() {
    const fault = document.querySelector("[data-line]");
    const line = fault ? Number(fault.dataset.line) - 1 : 0;
    const lines = field.value.split("\n");
    const characters = Array.from(lines[line] || "");
    const column = fault ? characters.slice(0, Number(fault.dataset.column) - 1).join("").length : 0;
    if (editor) {
      editor.focus();
      editor.setCursor(line, column);
    } else {
      const start = lines.slice(0, line).join("\n").length + (line ? 1 : 0) + column;
      field.focus();
      field.setSelectionRange(start, start + 1);
    }
  }

  function mark() {
    const fault = document.querySelector("[data-line]");
    if (!fault || !editor) return;
    const line = Number(fault.dataset.line) - 1;
    const text = Array.from(editor.getLine(line) || "");
    const before = text.slice(0, Number(fault.dataset.column) - 1).join("").length;
    editor.markText({ line, ch: before }, { line, ch: before + 1 }, { className: "fault" });
    editor.addLineClass(line, "background", "fault-line");
  }

  async function copy(code) {
    try {
      await navigator.clipboard.writeText(code.textContent);
    } catch (error) { /* only pages of safe origins have the clipboard; the selection is copied elsewhere */
      getSelection().selectAllChildren(code);
      document.execCommand("copy");
    }
  }

  function addCopying() {
    const here = new URL("sparql", location.href).href;
    const said = document.createElement("span");
    said.setAttribute("role", "status");
    said.className = "hidden";
    snippets.append(said);
    for (const code of snippets.querySelectorAll("pre code")) {
      if (location.protocol.startsWith("http")) {
        code.textContent = code.textContent.replaceAll(snippets.dataset.endpoint, here);
      }
      const button = document.createElement("button");
      const name = code.parentNode.getAttribute("aria-label");
      button.type = "button";
      button.className = "plain";
      button.textContent = snippets.dataset.copy;
      button.setAttribute("aria-label", `${snippets.dataset.copy}: ${name}`);
      button.addEventListener("click", async () => {
        await copy(code);
        button.textContent = snippets.dataset.copied;
        said.textContent = `${snippets.dataset.copied}: ${name}`;
        setTimeout(() => { button.textContent = snippets.dataset.copy; said.textContent = ""; }, 3000);
      });
      code.parentNode.after(button);
    }
  }

  form.addEventListener("submit", () => {
    const length = new URLSearchParams(new FormData(form)).toString().length;
    form.method = length > Number(form.dataset.longest) ? "post" : "get";
  });
  for (const link of document.querySelectorAll('a[href="#query"]')) {
    link.addEventListener("click", (event) => { event.preventDefault(); enter(); });
  }
  document.getElementById("query-label").addEventListener("click", () => { if (editor) editor.focus(); });
  if (snippets) addCopying();
  if (window.Yasqe) {
    const toggle = document.getElementById("plain");
    const isPlain = stored();
    toggle.hidden = false;
    toggle.setAttribute("aria-pressed", String(isPlain));
    toggle.addEventListener("click", () => {
      const plain = stored(Boolean(editor));
      toggle.setAttribute("aria-pressed", String(plain));
      if (plain) close(); else open();
    });
    if (!isPlain) open();
    mark();
  }
})();
