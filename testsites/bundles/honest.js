// What honest pages do with much of what recorders use: statistics with clicks and
// scrolling, measurements of speed, an editor that keeps a draft, a list that is
// sorted by dragging, a guided tour. All of it goes to the site itself.
import {newTracker, enableActivityTracking, trackPageView} from "@snowplow/browser-tracker";
import Countly from "countly-sdk-web";
import {driver} from "driver.js";
import Cookies from "js-cookie";
import Plausible from "plausible-tracker";
import Quill from "quill";
import Sortable from "sortablejs";
import {onCLS, onFCP, onLCP, onTTFB} from "web-vitals/attribution";

const collect = "/-/collect";
const post = (what, data) => fetch(collect + "?" + what, {method: "POST", body: JSON.stringify(data)});

Cookies.set("seen", "yes", {expires: 1});

for (const on of [onCLS, onFCP, onLCP, onTTFB]) on(metric => navigator.sendBeacon(collect + "?vitals", JSON.stringify(metric)), {reportAllChanges: true});

const editor = new Quill("#editor", {theme: "snow"});
editor.on("text-change", delta => post("draft", {delta, html: editor.root.innerHTML}));

Sortable.create(document.getElementById("list"), {onEnd: event => post("order", {from: event.oldIndex, to: event.newIndex})});

driver({steps: [{element: "#editor", popover: {title: "Write here"}}]});

Plausible({domain: location.hostname, apiHost: location.origin, trackLocalhost: true}).enableAutoPageviews();

newTracker("shop", location.host, {appId: "shop", postPath: "/statistics/tp", anonymousTracking: true, stateStorageStrategy: "none"});
enableActivityTracking({minimumVisitLength: 1, heartbeatDelay: 30});
trackPageView();

Countly.init({app_key: "shop", url: location.origin + "/countly", interval: 5000, debug: false, storage: "none"});
Countly.track_pageview();
Countly.track_clicks();
Countly.track_scrolls();
Countly.track_links();
