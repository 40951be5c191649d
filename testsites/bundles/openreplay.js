// OpenReplay, run by the shop itself.
import Tracker from "@openreplay/tracker";

new Tracker({projectKey: "shop", ingestPoint: location.origin + "/ingest"}).start();
