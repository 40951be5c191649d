package evidence

// A Mail is what an e-mail holds, read from its file without asking anybody. The
// run that belongs to it shows the message as a mail program does.
type Mail struct {
	Subject string `json:"subject"`
	From    string `json:"from"`
	To      string `json:"to,omitempty"`
	Date    string `json:"date,omitempty"` // RFC 3339
	ID      string `json:"message_id,omitempty"`
	// Headers are those that say how the message was sent and how to leave its
	// list, in the order of the file.
	Headers []Header    `json:"headers,omitempty"`
	Links   []MailLink  `json:"links,omitempty"`
	Images  []MailImage `json:"images,omitempty"`
	// Copies are further copies of the same mailing, sent to others: what differs
	// between copies belongs to the recipient.
	Copies []Mail `json:"copies,omitempty"`
}

// A MailLink is one link of a message.
type MailLink struct {
	ID   ID     `json:"id"`
	URL  string `json:"url"`
	Text string `json:"text,omitempty"` // as a reader sees it
}

// A MailImage is one picture that is fetched when the message is shown. Width and
// Height are those that the message gives it; -1 if it gives none.
type MailImage struct {
	ID     ID     `json:"id"`
	URL    string `json:"url"`
	Width  int    `json:"width"`
	Height int    `json:"height"`
	// Hidden says that the message's own styles keep it from being seen.
	Hidden bool `json:"hidden,omitempty"`
	// Inline says that it came with the message: nobody is asked.
	Inline bool `json:"inline,omitempty"`
}
