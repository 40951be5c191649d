package evidence

import (
	"strconv"
	"strings"
)

// Lookup finds the piece of evidence with an ID: a *[Request], *[Socket],
// *[Script], *[Call], *[Cookie], *[StorageItem], *[Event], *[Signal], *[Paper],
// *[Typed], *[Link], *[MailLink] or *[MailImage] inside the visit, those of second looks
// and of the ordinary visit included.
//
// No index is built, so the record may change between calls: the number in an
// ID is nearly always its place in the list, and the search goes outwards from
// there.
func (v *Visit) Lookup(id ID) (any, bool) {
	scenario, rest, ok := strings.Cut(string(id), "/")
	if !ok {
		return nil, false
	}
	_, number, ok := strings.Cut(rest, "/")
	if !ok {
		return nil, false
	}
	n, err := strconv.Atoi(number)
	if err != nil || n < 1 {
		return nil, false
	}
	for i := range v.Runs {
		if r := &v.Runs[i]; string(r.Scenario) == scenario {
			if found, ok := r.lookup(id, n); ok {
				return found, true
			}
		}
	}
	if o := v.Ordinary; o != nil && string(o.Run.Scenario) == scenario {
		return o.Run.lookup(id, n)
	}
	if v.Mail != nil {
		return v.Mail.lookup(id, n)
	}
	return nil, false
}

// lookup looks in a message and its copies.
func (m *Mail) lookup(id ID, n int) (any, bool) {
	if i := place(m.Links, id, n, func(x *MailLink) ID { return x.ID }); i >= 0 {
		return &m.Links[i], true
	}
	if i := place(m.Images, id, n, func(x *MailImage) ID { return x.ID }); i >= 0 {
		return &m.Images[i], true
	}
	for i := range m.Copies {
		if found, ok := m.Copies[i].lookup(id, n); ok {
			return found, true
		}
	}
	return nil, false
}

// lookup tries each list of the run. Lists that hold no such ID cost little,
// because all IDs of a list have the same middle part and the first is looked
// at before the others.
func (r *Run) lookup(id ID, n int) (any, bool) {
	if i := place(r.Requests, id, n, func(x *Request) ID { return x.ID }); i >= 0 {
		return &r.Requests[i], true
	}
	if i := place(r.Calls, id, n, func(x *Call) ID { return x.ID }); i >= 0 {
		return &r.Calls[i], true
	}
	if i := place(r.Cookies, id, n, func(x *Cookie) ID { return x.ID }); i >= 0 {
		return &r.Cookies[i], true
	}
	if i := place(r.Storage, id, n, func(x *StorageItem) ID { return x.ID }); i >= 0 {
		return &r.Storage[i], true
	}
	if i := place(r.Scripts, id, n, func(x *Script) ID { return x.ID }); i >= 0 {
		return &r.Scripts[i], true
	}
	if i := place(r.Sockets, id, n, func(x *Socket) ID { return x.ID }); i >= 0 {
		return &r.Sockets[i], true
	}
	if i := place(r.Events, id, n, func(x *Event) ID { return x.ID }); i >= 0 {
		return &r.Events[i], true
	}
	if i := place(r.Signals, id, n, func(x *Signal) ID { return x.ID }); i >= 0 {
		return &r.Signals[i], true
	}
	if i := place(r.Papers, id, n, func(x *Paper) ID { return x.ID }); i >= 0 {
		return &r.Papers[i], true
	}
	if i := place(r.Typed, id, n, func(x *Typed) ID { return x.ID }); i >= 0 {
		return &r.Typed[i], true
	}
	for i := range r.Returns {
		back := &r.Returns[i]
		of := Run{Requests: back.Requests, Calls: back.Calls, Cookies: back.Cookies, Storage: back.Storage}
		if found, ok := of.lookup(id, n); ok {
			return found, true
		}
	}
	if i := place(r.Links, id, n, func(x *Link) ID { return x.ID }); i >= 0 {
		return &r.Links[i], true
	}
	return nil, false
}

// place returns the index of an ID in a list, or -1, looking at place n first
// and then at its neighbours on both sides, further and further away.
func place[T any](list []T, id ID, n int, of func(*T) ID) int {
	if len(list) == 0 || kindOf(of(&list[0])) != kindOf(id) {
		return -1
	}
	low := min(n-1, len(list)-1)
	high := low + 1
	for low >= 0 || high < len(list) {
		if low >= 0 {
			if of(&list[low]) == id {
				return low
			}
			low--
		}
		if high < len(list) {
			if of(&list[high]) == id {
				return high
			}
			high++
		}
	}
	return -1
}

// kindOf returns all of an ID but its number.
func kindOf(id ID) ID {
	return id[:strings.LastIndexByte(string(id), '/')+1]
}
