package detectors

import (
	"testing"
)

func TestIdentifying(t *testing.T) {
	m := visit().cookie("vid", "shop.test", uuid, 365).cookie("lang", "shop.test", "nl", 365).item("local", "https://www.shop.test", "v", uuid)
	got := Identifying(m.v, db(t))
	if len(got) != 2 || !got["none/cookie/1"] || !got["none/storage/1"] {
		t.Errorf("identifying: %v", got)
	}
}
