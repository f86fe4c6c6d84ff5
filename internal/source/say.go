package source

import (
	"errors"
	"fmt"
	"io"
	"net"
	"syscall"

	"broadsheet/internal/errs"
)

// maxError is how many bytes of an error are kept.
const maxError = 500

// sayError is an error for a person: the message that was made for one, what goes wrong
// most often in words, else the error in one line.
func sayError(err error) string {
	if kind, message := errs.Of(err); kind != errs.Internal {
		return message
	}
	var timeout interface{ Timeout() bool }
	dns, unknown := errors.AsType[*net.DNSError](err)
	switch {
	case unknown && dns.IsNotFound:
		return fmt.Sprintf("There is no host called %.200s.", dns.Name)
	case errors.Is(err, syscall.ECONNREFUSED):
		return "Nothing answers at that address and port."
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, syscall.ECONNRESET), errors.Is(err, net.ErrClosed):
		return "The connection was cut. What came whole was taken in."
	case errors.As(err, &timeout) && timeout.Timeout():
		return "The server did not answer in time."
	}
	text := err.Error()
	for i, r := range text {
		if r == '\n' || i > maxError {
			return text[:i]
		}
	}
	return text
}
