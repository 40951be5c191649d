package storage

import (
	"testing"

	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/detectors/internal/try"
)

func TestIdentifying(t *testing.T) {
	m := try.Visit().Cookie("vid", "shop.test", try.UUID, 365).Cookie("lang", "shop.test", "nl", 365).Item("local", "https://www.shop.test", "v", try.UUID)
	got := detectors.Identifying(m.Visit, try.DB(t))
	if len(got) != 2 || !got["none/cookie/1"] || !got["none/storage/1"] {
		t.Errorf("identifying: %v", got)
	}
}
