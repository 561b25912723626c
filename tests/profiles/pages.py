"""Reading our pages as a browser does."""

from html.parser import HTMLParser


class _Form(HTMLParser):
    """What a browser would send for the first form that has this action or class."""

    def __init__(self, marker: str):
        super().__init__()
        self.marker, self.inside, self.data = marker, False, {}
        self.select = self.textarea = None
        self.template = 0

    def handle_starttag(self, tag, attrs):
        at = dict(attrs)
        if tag == "form" and self.marker in f"{at.get('class', '')} {at.get('action', '')}":
            self.inside = True
        if tag == "template":
            self.template += 1
        if not self.inside or self.template:
            return
        name = at.get("name")
        if tag == "input" and name and name != "csrfmiddlewaretoken":
            if at.get("type") not in ("checkbox", "radio") or "checked" in at:
                self.data[name] = at.get("value", "on" if at.get("type") == "checkbox" else "")
        elif tag == "select":
            self.select = name
            self.data[name] = ""
        elif tag == "option" and self.select and "selected" in at:
            self.data[self.select] = at.get("value", "")
        elif tag == "textarea":
            self.textarea = name
            self.data[name] = ""

    def handle_endtag(self, tag):
        if tag == "form":
            self.inside = False
        elif tag == "template":
            self.template -= 1
        elif tag == "select":
            self.select = None
        elif tag == "textarea":
            self.textarea = None

    def handle_data(self, data):
        if self.inside and self.textarea:
            self.data[self.textarea] += data.removeprefix("\n")


def sent_by(answer, marker: str) -> dict[str, str]:
    """What the browser sends if the user changes nothing and saves."""
    form = _Form(marker)
    form.feed(answer.content.decode())
    return form.data
