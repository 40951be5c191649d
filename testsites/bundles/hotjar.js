// Hotjar's loader.
import Hotjar from "@hotjar/browser";

Hotjar.init(1, 6);
