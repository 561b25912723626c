/** Every page: styles, htmx and our small scripts, one subject each. */
import "../css/app.css";
import "./requests.js";
import "./toast.js";
import "./confirm.js";
import "./popovers.js";
import "./dialogs.js";
import "./search.js";
import "./appearance.js";
import "./keyboard.js";
import "./rows.js";
import "./drafts.js";
import "./reveal.js";
import "./inline.js";
import "./selects.js";
import "./board.js";
import "./items.js";
import "./today.js";
