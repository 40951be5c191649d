package prompts

import (
	"testing"

	"github.com/spoor-audit/spoor/detectors/internal/try"
)

func TestPrompts(t *testing.T) {
	try.All(t, Geolocation, []try.Trial{
		try.One("at once", try.Visit().Calls(try.ShopJS, nil, "Geolocation.getCurrentPosition([function])"), try.Want{try.ShopJS + " high"}),
		try.One("watched", try.Visit().Calls(try.ShopJS, nil, "Geolocation.watchPosition([function])"), try.Want{try.ShopJS + " high"}),
		try.One("after a click", try.Visit().Calls(try.ShopJS, []try.With{try.Gesture()}, "Geolocation.getCurrentPosition([function])"), try.Want{try.ShopJS + " low"}),
		try.One("before and after the choice", try.Visit().Calls(try.ShopJS, nil, "Geolocation.watchPosition").Choose().
			Calls(try.ShopJS, nil, "Geolocation.watchPosition"), try.Want{try.ShopJS + " high", try.ShopJS + " high after"}),
		try.One("only looks whether it is there", try.Visit().Calls(try.ShopJS, nil, "Navigator.geolocation"), nil),
	})
	try.All(t, NotificationPrompt, []try.Trial{
		try.One("at once", try.Visit().Calls(try.OtherJS, nil, "Notification.requestPermission"), try.Want{try.OtherJS + " medium"}),
		try.One("push", try.Visit().Calls(try.OtherJS, nil, "PushManager.subscribe"), try.Want{try.OtherJS + " medium"}),
		try.One("after a click", try.Visit().Calls(try.ShopJS, []try.With{try.Gesture()}, "Notification.requestPermission"), nil),
		try.One("reads the state", try.Visit().Calls(try.ShopJS, nil, "Notification.permission"), nil),
	})
	try.All(t, PermissionPrompt, []try.Trial{
		try.One("camera", try.Visit().Calls(try.ShopJS, nil, "MediaDevices.getUserMedia"), try.Want{try.ShopJS + " medium"}),
		try.One("clipboard and fonts", try.Visit().Calls(try.OtherJS, nil, "Clipboard.readText", "self.queryLocalFonts"), try.Want{try.OtherJS + " medium"}),
		try.One("after a click", try.Visit().Calls(try.ShopJS, []try.With{try.Gesture()}, "MediaDevices.getUserMedia", "Clipboard.read"), nil),
		try.One("asks for the state", try.Visit().Calls(try.ShopJS, nil, "Permissions.query([object])"), nil),
	})
}
