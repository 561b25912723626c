"""Pages as a browser sees them: what their forms would send, what they say is wrong, where they lead."""

from html.parser import HTMLParser


class Form(dict):
    """The values of one form; ``action`` is where it posts."""

    action = ""


class Page(HTMLParser):
    """Reads the forms, the fields with errors and the links of an HTML page."""

    def __init__(self, text: str):
        super().__init__(convert_charrefs=True)
        self.forms: list[Form] = []
        self.invalid: set[str] = set()
        self.links: list[str] = []
        self._textarea = self._select = None
        self._inert = 0  # inside <template>
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        values = {name: value or "" for name, value in attrs}
        self._inert += tag == "template"
        if self._inert:
            return
        for name in ("href", "hx-get"):
            if values.get(name):
                self.links.append(values[name])
        if tag == "form":
            self.forms.append(Form())
            self.forms[-1].action = values.get("action") or values.get("hx-post") or ""
        if name := values.get("name"):
            self._input(tag, name, values)
        elif tag == "option" and self._select and ("selected" in values or self._select not in self._form):
            self._add(self._select, values.get("value", ""))

    def _input(self, tag: str, name: str, values: dict[str, str]) -> None:
        if "aria-invalid" in values:
            self.invalid.add(name)
        ticked = values.get("type") in ("checkbox", "radio")
        if "disabled" in values or values.get("type") == "submit" or (ticked and "checked" not in values):
            return
        if tag == "select":
            self._select = name
        elif tag == "textarea":
            self._textarea = name
            self._add(name, "")
        elif tag == "input":
            self._add(name, values.get("value", "on" if ticked else ""))

    def handle_endtag(self, tag):
        self._inert -= tag == "template"
        if tag == "textarea":
            self._textarea = None
        if tag == "select":
            self._select = None

    def handle_data(self, data):
        if self._textarea:
            self._form[self._textarea] = self._form.get(self._textarea, "") + data

    @property
    def _form(self) -> Form:
        return self.forms[-1] if self.forms else Form()

    def _add(self, name: str, value: str) -> None:
        self._form[name] = value

    def form_to(self, path: str) -> Form:
        """The form that posts there."""
        return next(form for form in self.forms if form.action in (path, ""))
