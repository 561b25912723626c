/** A form that comes back refused begins at its first wrong field, however far down that stands. */
const wrong = document.querySelector("main form [aria-invalid=true]");
wrong?.scrollIntoView({ block: "center" });
wrong?.focus({ preventScroll: true });
