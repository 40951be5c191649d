package evidence

// The types below follow the HTTP Archive format 1.2 (Odvarko, Jain, Davies:
// "HTTP Archive (HAR) format", W3C draft of 2012-08-14). Fields with a leading
// underscore are the extensions which browsers' developer tools write and read.
type (
	harFile struct {
		Log harLog `json:"log"`
	}
	harLog struct {
		Version string     `json:"version"`
		Creator harTool    `json:"creator"`
		Browser harTool    `json:"browser"`
		Pages   []harPage  `json:"pages"`
		Entries []harEntry `json:"entries"`
		Comment string     `json:"comment,omitempty"`
	}
	harTool struct {
		Name    string `json:"name"`
		Version string `json:"version"`
	}
	harPage struct {
		Started string         `json:"startedDateTime"`
		ID      string         `json:"id"`
		Title   string         `json:"title"`
		Timings harPageTimings `json:"pageTimings"`
	}
	harPageTimings struct {
		OnContentLoad *int64 `json:"onContentLoad,omitempty"`
		OnLoad        *int64 `json:"onLoad,omitempty"`
	}
	harEntry struct {
		ID        ID           `json:"_spoorID"`
		Initiator harInitiator `json:"_initiator"`
		Kind      string       `json:"_resourceType"`
		Messages  []harMessage `json:"_webSocketMessages,omitempty"`
		Cache     struct{}     `json:"cache"`
		Page      string       `json:"pageref,omitempty"`
		Request   harRequest   `json:"request"`
		Response  harResponse  `json:"response"`
		ServerIP  string       `json:"serverIPAddress,omitempty"`
		Started   string       `json:"startedDateTime"`
		Time      int64        `json:"time"`
		Timings   harTimings   `json:"timings"`
		FromCache string       `json:"_fromCache,omitempty"`

		sortKey harEntryOrder
	}
	harEntryOrder struct {
		run int
		at  Millis
	}
	harInitiator struct {
		Type   string    `json:"type"`
		URL    string    `json:"url,omitempty"`
		Line   *int      `json:"lineNumber,omitempty"` // from 0, as in developer tools
		Stack  *harStack `json:"stack,omitempty"`
		Caused ID        `json:"_spoorRequest,omitempty"`
	}
	harStack struct {
		Frames      []harFrame `json:"callFrames"`
		Description string     `json:"description,omitempty"`
		Parent      *harStack  `json:"parent,omitempty"`
	}
	harFrame struct {
		Function string `json:"functionName"`
		Script   string `json:"scriptId"`
		URL      string `json:"url"`
		Line     int    `json:"lineNumber"`
		Column   int    `json:"columnNumber"`
	}
	harMessage struct {
		Type   string  `json:"type"` // "send" or "receive"
		Time   float64 `json:"time"` // seconds since 1970
		Opcode int     `json:"opcode"`
		Data   string  `json:"data"`
	}
	harRequest struct {
		Method      string       `json:"method"`
		URL         string       `json:"url"`
		HTTPVersion string       `json:"httpVersion"`
		Headers     []Header     `json:"headers"`
		Query       []Header     `json:"queryString"`
		Cookies     []harCookie  `json:"cookies"`
		HeadersSize int          `json:"headersSize"`
		BodySize    int64        `json:"bodySize"`
		PostData    *harPostData `json:"postData,omitempty"`
	}
	harPostData struct {
		MIME     string `json:"mimeType"`
		Text     string `json:"text"`
		Encoding string `json:"_encoding,omitempty"`
	}
	harResponse struct {
		Status       int         `json:"status"`
		StatusText   string      `json:"statusText"`
		HTTPVersion  string      `json:"httpVersion"`
		Headers      []Header    `json:"headers"`
		Cookies      []harCookie `json:"cookies"`
		Content      harContent  `json:"content"`
		RedirectURL  string      `json:"redirectURL"`
		HeadersSize  int         `json:"headersSize"`
		BodySize     int64       `json:"bodySize"`
		TransferSize int64       `json:"_transferSize"`
		Error        string      `json:"_error,omitempty"`
	}
	harContent struct {
		Size int64  `json:"size"`
		MIME string `json:"mimeType"`
	}
	harCookie struct {
		Name     string `json:"name"`
		Value    string `json:"value"`
		Path     string `json:"path,omitempty"`
		Domain   string `json:"domain,omitempty"`
		Expires  string `json:"expires,omitempty"`
		HTTPOnly bool   `json:"httpOnly,omitempty"`
		Secure   bool   `json:"secure,omitempty"`
		SameSite string `json:"sameSite,omitempty"`
	}
	harTimings struct {
		Blocked int64 `json:"blocked"`
		DNS     int64 `json:"dns"`
		Connect int64 `json:"connect"`
		SSL     int64 `json:"ssl"`
		Send    int64 `json:"send"`
		Wait    int64 `json:"wait"`
		Receive int64 `json:"receive"`
	}
)
