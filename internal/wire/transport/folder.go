package transport

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"

	"broadsheet/internal/errs"
)

// A folder is a box on this machine. Nothing outside of it is reached, whatever links
// it has.
type folder struct{ root *os.Root }

func openFolder(_ context.Context, c *Config) (box, error) {
	root, err := os.OpenRoot(c.Address)
	if err != nil {
		return nil, &errs.Error{Kind: errs.Invalid, Message: "The folder cannot be opened: " + reason(err) + ".", Err: err}
	}
	return folder{root}, nil
}

// reason is what an error of the system says, without the operation and the path.
func reason(err error) string {
	if p, ok := errors.AsType[*fs.PathError](err); ok {
		return p.Err.Error()
	}
	return err.Error()
}

func (f folder) list() (all []entry, err error) {
	d, err := f.root.Open(".")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	for {
		found, err := d.ReadDir(1000)
		for _, e := range found {
			if info, err := e.Info(); err == nil && info.Mode().IsRegular() {
				all = append(all, entry{e.Name(), info.Size(), info.ModTime()})
			}
		}
		if errors.Is(err, io.EOF) || len(all) > MaxListed {
			return all, nil
		}
		if err != nil {
			return nil, err
		}
	}
}

func (f folder) read(name string) (raw []byte, err error) {
	r, err := f.root.Open(name)
	if err != nil {
		return nil, refused(err) // a link that leads out of the folder too
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	if info, err := r.Stat(); err != nil || !info.Mode().IsRegular() {
		return nil, errors.Join(fs.ErrNotExist, err)
	}
	return readAll(r)
}

func (f folder) size(name string) (int64, error) {
	info, err := f.root.Stat(name)
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

func (f folder) rename(from, to string) error { return f.root.Rename(from, to) }

func (f folder) mkdir(name string) error {
	if err := f.root.Mkdir(name, 0o750); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}

func (f folder) remove(name string) error { return f.root.Remove(name) }

func (f folder) close() error { return f.root.Close() }
