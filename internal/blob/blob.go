// Package blob keeps files by their content: photographs, agency files, and
// what is made from them.
//
// A file's [Key] is the SHA-256 of its bytes, so the same file is kept once,
// a key always means the same bytes, and a reader can check what it got. What
// a file is called and who may see it is the business of the rooms.
package blob

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"time"

	"broadsheet/internal/errs"
)

// A Key names a file: the SHA-256 of its bytes in lower-case hexadecimal.
type Key string

// KeyOf returns the key of data.
func KeyOf(data []byte) Key { return keyFrom(sha256.Sum256(data)) }

// ParseKey returns s as a Key if it is one.
func ParseKey(s string) (Key, error) {
	if !Key(s).valid() {
		return "", errs.E(errs.Invalid, "That is not the name of a stored file: 64 hexadecimal digits are expected.")
	}
	return Key(s), nil
}

func keyFrom(sum [sha256.Size]byte) Key { return Key(hex.EncodeToString(sum[:])) }

// valid keeps a key that came from outside from becoming a path.
func (k Key) valid() bool {
	if len(k) != 2*sha256.Size {
		return false
	}
	for _, c := range []byte(k) {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

// Info describes a stored file.
type Info struct {
	Key      Key
	Size     int64     // bytes
	Modified time.Time // when it was last put
}

// A Store keeps files. Its methods may be called at once, also for one key.
//
// An implementation passes blobtest.Run.
type Store interface {
	// Put stores everything r gives until io.EOF and returns its key and size.
	// When it returns without an error the bytes survive a power cut; when it
	// returns one, nothing was stored. Putting the same bytes again is not an
	// error. Put imposes no limit on the size: the caller does.
	Put(ctx context.Context, r io.Reader) (Key, int64, error)

	// Open returns a stored file, which the caller closes. The error is
	// errs.NotFound if there is none. A file that is deleted while it is open
	// can still be read to its end.
	Open(ctx context.Context, key Key) (io.ReadSeekCloser, Info, error)

	// Delete removes a file. Deleting one that is not there is not an error.
	Delete(ctx context.Context, key Key) error
}

func notFound(err error) error {
	return &errs.Error{Kind: errs.NotFound, Message: "There is no such file.", Err: err}
}

// A contextReader fails once its context is done, so that Put does too.
type contextReader struct {
	ctx context.Context
	r   io.Reader
}

func (r contextReader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.r.Read(p)
}
