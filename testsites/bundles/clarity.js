// Clarity's own library, as its tag starts it.
import {clarity} from "clarity-js";

clarity.start({projectId: "shop", upload: "https://b.clarity.ms/collect", track: true, content: true, delay: 300});
