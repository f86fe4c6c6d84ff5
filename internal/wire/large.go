package wire

import "context"

// largeFile is from how many bytes on files are read one after the other: what is made of
// one takes up to twenty times its size, and however many are pushed at once must fit.
const largeFile = 2 << 20

// large holds the turn of large files. It is the program's, as its memory is.
var large = make(chan struct{}, 1)

// takeLarge waits for the turn of a file of a size. The caller calls done when it is read.
func takeLarge(ctx context.Context, size int) (done func(), err error) {
	if size < largeFile {
		return func() {}, nil
	}
	select {
	case large <- struct{}{}:
		return func() { <-large }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
