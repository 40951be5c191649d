package detectors

import (
	"testing"
)

func TestPrompts(t *testing.T) {
	tryAll(t, geolocation, []trial{
		{"at once", visit().calls(shopJS, nil, "Geolocation.getCurrentPosition([function])"), want{shopJS + " high"}},
		{"watched", visit().calls(shopJS, nil, "Geolocation.watchPosition([function])"), want{shopJS + " high"}},
		{"after a click", visit().calls(shopJS, []with{gesture()}, "Geolocation.getCurrentPosition([function])"), want{shopJS + " low"}},
		{"before and after the choice", visit().calls(shopJS, nil, "Geolocation.watchPosition").choose().
			calls(shopJS, nil, "Geolocation.watchPosition"), want{shopJS + " high", shopJS + " high after"}},
		{"only looks whether it is there", visit().calls(shopJS, nil, "Navigator.geolocation"), nil},
	})
	tryAll(t, notificationPrompt, []trial{
		{"at once", visit().calls(otherJS, nil, "Notification.requestPermission"), want{otherJS + " medium"}},
		{"push", visit().calls(otherJS, nil, "PushManager.subscribe"), want{otherJS + " medium"}},
		{"after a click", visit().calls(shopJS, []with{gesture()}, "Notification.requestPermission"), nil},
		{"reads the state", visit().calls(shopJS, nil, "Notification.permission"), nil},
	})
	tryAll(t, permissionPrompt, []trial{
		{"camera", visit().calls(shopJS, nil, "MediaDevices.getUserMedia"), want{shopJS + " medium"}},
		{"clipboard and fonts", visit().calls(otherJS, nil, "Clipboard.readText", "self.queryLocalFonts"), want{otherJS + " medium"}},
		{"after a click", visit().calls(shopJS, []with{gesture()}, "MediaDevices.getUserMedia", "Clipboard.read"), nil},
		{"asks for the state", visit().calls(shopJS, nil, "Permissions.query([object])"), nil},
	})
}
