package probe

import (
	"compress/flate"
	"compress/gzip"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/url"
	"strings"
	"syscall"
)

// reasonOf is why nothing came back, in the words that visits use.
func reasonOf(err error) string {
	var dns *net.DNSError
	var timeout net.Error
	var op *net.OpError
	switch {
	case errors.Is(err, errLoop):
		return "redirect-loop"
	case errors.As(err, &op) && (op.Op == "proxyconnect" || strings.HasPrefix(op.Op, "socks")):
		return "proxy"
	case errors.As(err, &dns):
		return "dns"
	case isTLS(err):
		return "tls"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "refused"
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		return "unreachable"
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return "timeout"
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE), errors.Is(err, io.ErrUnexpectedEOF):
		return "connection"
	case errors.Is(err, io.EOF):
		return "empty"
	case isProtocol(err):
		return "protocol"
	case op != nil && op.Op == "dial":
		return "unreachable"
	}
	return "network"
}

// isOutage reports whether an error may be of this machine instead of the site.
// That a name does not exist, somebody said.
func isOutage(err error) bool {
	var dns *net.DNSError
	return errors.As(err, &dns) && !dns.IsNotFound || errors.Is(err, syscall.ENETUNREACH) || reasonOf(err) == "proxy"
}

// detailOf is the text of an error without the address, which the facts name.
func detailOf(err error) string {
	var at *url.Error
	if errors.As(err, &at) && at.Op != "parse" {
		return at.Err.Error()
	}
	return err.Error()
}

func isTLS(err error) bool {
	var unverified *tls.CertificateVerificationError
	var record tls.RecordHeaderError
	var alert tls.AlertError
	var name x509.HostnameError
	return errors.As(err, &unverified) || errors.As(err, &record) || errors.As(err, &alert) || errors.As(err, &name) ||
		// These have no type.
		strings.Contains(err.Error(), "tls: ") || strings.Contains(err.Error(), "server gave HTTP response to HTTPS client")
}

// isProtocol reports whether a server said what is no HTTP.
func isProtocol(err error) bool {
	var corrupt flate.CorruptInputError
	var parse *url.Error
	if errors.As(err, &corrupt) || errors.Is(err, gzip.ErrHeader) || errors.Is(err, gzip.ErrChecksum) || errors.Is(err, errScheme) {
		return true
	}
	text := err.Error()
	for _, part := range []string{"malformed", "invalid", "bad status", "bad Content-Length", "headers exceeded", "http2: ", "stream error", "Location", "chunk", "transfer encoding", "unexpected"} {
		if strings.Contains(text, part) {
			return true
		}
	}
	return errors.As(err, &parse) && parse.Op == "parse"
}

// Another is the address under which a site that a list names without a scheme may
// be where it is not under the one that was tried, by the reason why it is not: with
// "www.", or without TLS. It is "" where there is no such address.
func Another(address, reason string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	switch reason {
	case "dns":
		if host := u.Hostname(); strings.HasPrefix(host, "www.") || strings.Count(host, ".") != 1 {
			return ""
		}
		u.Host = "www." + u.Host
	case "refused", "tls", "connection", "empty", "protocol":
		if u.Port() != "" {
			return ""
		}
		u.Scheme = "http"
	default:
		return ""
	}
	return u.String()
}
