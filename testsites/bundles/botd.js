// BotD tells programs from people and sends its answer to the site itself.
import {load} from "@fingerprintjs/botd";

load()
  .then(detector => detector.detect())
  .then(({bot}) => fetch("/-/collect", {method: "POST", body: "bot=" + bot}));
