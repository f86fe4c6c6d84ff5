package blob

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"broadsheet/internal/errs"
)

const (
	incoming    = "incoming" // files that are being written
	staleUpload = 24 * time.Hour
)

// A Dir is a Store in a folder:
//
//	ab/ab3f…   a file, in a subfolder named for the first byte of its key
//	incoming/  files that are being written
type Dir struct{ path string }

// NewDir returns the store in the folder at path, which is made if need be with
// all its subfolders, so that Put has fewer names to flush. What an interrupted
// program left half-written there a day ago is removed.
func NewDir(path string) (_ *Dir, err error) {
	defer errs.Wrap(&err, "open file store %s", path)
	d := &Dir{path}
	if err := d.makeFolders(); err != nil {
		return nil, err
	}
	entries, err := os.ReadDir(filepath.Join(path, incoming))
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		info, err := e.Info()
		if err != nil || time.Since(info.ModTime()) < staleUpload {
			continue // gone meanwhile, or perhaps still being written
		}
		if err := os.Remove(filepath.Join(path, incoming, e.Name())); err != nil {
			return nil, err
		}
	}
	return d, nil
}

func (d *Dir) makeFolders() error {
	if err := os.MkdirAll(filepath.Join(d.path, incoming), 0o750); err != nil {
		return err
	}
	for shard := range 256 {
		err := os.Mkdir(filepath.Join(d.path, fmt.Sprintf("%02x", shard)), 0o750)
		if err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
	}
	return syncDir(d.path)
}

// again calls fn a second time, with the folders made anew, if it fails for the
// want of one: somebody has emptied the store.
func (d *Dir) again(fn func() error) error {
	err := fn()
	if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := d.makeFolders(); err != nil {
		return err
	}
	return fn()
}

// Put implements Store. The bytes are flushed before the file gets its name,
// and the name is flushed before Put returns.
func (d *Dir) Put(ctx context.Context, r io.Reader) (_ Key, _ int64, err error) {
	defer errs.Wrap(&err, "store file")
	var f *os.File
	err = d.again(func() error {
		f, err = os.CreateTemp(filepath.Join(d.path, incoming), "*")
		return err
	})
	if err != nil {
		return "", 0, err
	}
	defer func() { _ = os.Remove(f.Name()) }() // after a success there is nothing to remove
	h := sha256.New()
	n, err := io.Copy(io.MultiWriter(f, h), contextReader{ctx, r})
	if err == nil {
		err = f.Sync()
	}
	if err := errors.Join(err, f.Close()); err != nil {
		return "", 0, err
	}
	key := keyFrom([sha256.Size]byte(h.Sum(nil)))
	// Replacing a file that is there costs little and mends a damaged one.
	if err := d.again(func() error { return os.Rename(f.Name(), d.file(key)) }); err != nil {
		return "", 0, err
	}
	return key, n, syncDir(filepath.Dir(d.file(key)))
}

// Open implements Store. What it returns is an *os.File, so that net/http can
// leave the copying to the kernel.
func (d *Dir) Open(_ context.Context, key Key) (_ io.ReadSeekCloser, _ Info, err error) {
	if !key.valid() {
		return nil, Info{}, notFound(nil)
	}
	f, err := os.Open(d.file(key))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, Info{}, notFound(err)
	}
	if err != nil {
		return nil, Info{}, err
	}
	st, err := f.Stat()
	if err != nil {
		return nil, Info{}, errors.Join(err, f.Close())
	}
	return f, Info{Key: key, Size: st.Size(), Modified: st.ModTime().UTC()}, nil
}

// Delete implements Store.
func (d *Dir) Delete(_ context.Context, key Key) error {
	if !key.valid() {
		return nil
	}
	err := os.Remove(d.file(key))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

func (d *Dir) file(key Key) string { return filepath.Join(d.path, string(key[:2]), string(key)) }

// syncDir flushes the names in a folder.
func syncDir(path string) error {
	f, err := os.Open(path) //nolint:gosec // the store's own folders
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
