// ClientJS as a shop's own bundle would carry it.
import {ClientJS} from "clientjs";

fetch("https://fp.vendor.test/-/collect", {method: "POST", body: "visitor=" + new ClientJS().getFingerprint()});
