package detectors

import (
	"github.com/spoor-audit/spoor/evidence"
)

// posts makes a request one that sends a body.
func posts(body string) change {
	return func(r *evidence.Request) {
		r.Method, r.Body, r.BodySize = "POST", body, int64(len(body))
	}
}

// rrwebPage is a small page as rrweb sends it.
const rrwebPage = `[{"type":2,"data":{"node":{"type":0,"childNodes":[{"type":2,"tagName":"html","attributes":{},"childNodes":[` +
	`{"type":2,"tagName":"head","attributes":{},"childNodes":[],"id":3}]}],"id":1},"initialOffset":{"left":0,"top":0}},"timestamp":1795000000000}]`
