package transport

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/textproto"
	"os"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/pkg/sftp"

	"broadsheet/internal/errs"
)

const (
	processed = "processed" // folders of what was taken, with Move
	failed    = "failed"

	// settled is how old a file must be to count as written to its end. A younger one
	// does when it is the same at two polls.
	settled = 2 * time.Minute

	// alone is how long a picture waits for the agency file that it belongs to; then it
	// is taken by itself.
	alone = 10 * time.Minute
)

// A drop is a folder into which an agency puts files, wherever it is.
type drop struct {
	Config
	open func(ctx context.Context, c *Config) (box, error)
}

// A box is the folder of a drop, connected. Its methods return fs.ErrNotExist for what
// is not there, errTooLarge for a file beyond MaxFile and errRefused for one that may not
// be read. After any other error the connection counts as lost.
type box interface {
	list() ([]entry, error) // of files, not of folders
	read(name string) ([]byte, error)
	size(name string) (int64, error)
	rename(from, to string) error // to may be in processed or failed
	mkdir(name string) error      // no error if it is there
	remove(name string) error
	close() error
}

// An entry is a file that is there.
type entry struct {
	name string
	size int64
	at   time.Time // of its last change, as exactly as the server tells
}

// mark is what tells a file from another that had its name before.
func (e entry) mark() string { return fmt.Sprintf("%d@%d", e.size, e.at.Unix()) }

// dropState is what is remembered of the files that are still there.
type dropState struct {
	Looked map[string]string  `json:"looked,omitempty"` // mark at the last poll, of what was not taken
	Given  map[string]givenTo `json:"given,omitempty"`  // what was taken
}

type givenTo struct {
	Mark    string  `json:"mark"`
	Verdict Verdict `json:"verdict,omitempty"`
}

// Poll implements Transport.
func (d *drop) Poll(ctx context.Context, state string, take Take) (end End, err error) {
	ctx, cancel := context.WithTimeout(ctx, MaxTime)
	defer cancel()
	end = End{State: state}
	b, err := d.open(ctx, &d.Config)
	if err != nil {
		return end, err
	}
	defer func() { // whatever it says, the work is done or failed already
		_ = b.close()
		if ctx.Err() != nil && err != nil {
			err = errors.Join(err, ctx.Err())
		}
	}()
	p := &dropPoll{drop: d, box: b, take: take, was: parseState[dropState](state)}
	if err := p.look(); err != nil {
		return end, err
	}
	end.More, err = p.takeAll(ctx)
	end.Trouble = p.refused
	if !d.Peek {
		end.State = stateText(p.now)
	}
	return end, err
}

// A dropPoll is one poll of a drop.
type dropPoll struct {
	*drop
	box
	take     Take
	was, now dropState
	due      []entry // to be taken, in this order
	taken    int
	with     []string // pictures that went with a file
	broken   error    // a picture that is there and could not be read
	refused  error    // a file that may not be read or moved; the others go on
}

// look lists what is there and finds out what is due.
func (p *dropPoll) look() error {
	all, err := p.list()
	if err != nil {
		return err
	}
	if len(all) > MaxListed {
		return errs.E(errs.Invalid, "The folder has more than %d files. Tidy it up, or let what was taken be moved or deleted.", MaxListed)
	}
	p.now = dropState{Looked: map[string]string{}, Given: map[string]givenTo{}}
	for _, e := range all {
		if !safeName(e.name) || unfinished(e.name) {
			continue
		}
		if g, ok := p.was.Given[e.name]; ok && g.Mark == e.mark() && !p.Peek {
			p.now.Given[e.name] = g
			continue
		}
		p.now.Looked[e.name] = e.mark()
		if p.complete(e) {
			p.due = append(p.due, e)
		}
	}
	slices.SortStableFunc(p.due, func(a, b entry) int {
		return cmp.Or(cmp.Compare(later(a), later(b)), a.at.Compare(b.at), strings.Compare(a.name, b.name))
	})
	return nil
}

// later puts pictures behind the files that they may belong to.
func later(e entry) int {
	if besides(e.name) {
		return 1
	}
	return 0
}

// complete reports whether a file is written to its end, and does not wait for another.
func (p *dropPoll) complete(e entry) bool {
	age := p.Now().Sub(e.at)
	switch {
	case p.Peek:
		return true
	case besides(e.name):
		return age >= alone
	}
	return age >= settled || p.was.Looked[e.name] == e.mark()
}

// unfinished reports whether a name says that its file is still being written.
func unfinished(name string) bool {
	return strings.HasPrefix(name, ".") || slices.Contains([]string{".tmp", ".part", ".filepart", ".partial", ".writing"}, strings.ToLower(path.Ext(name)))
}

// besides reports whether a name is of a picture or the like, which an agency file that
// came with it shows.
func besides(name string) bool {
	return slices.Contains([]string{
		".jpg", ".jpeg", ".png", ".gif", ".webp", ".tif", ".tiff", ".heic", ".avif", ".svg", ".eps", ".mp4", ".mov", ".mp3", ".wav", ".pdf",
	}, strings.ToLower(path.Ext(name)))
}

// takeAll gives what is due and acknowledges it.
func (p *dropPoll) takeAll(ctx context.Context) (more bool, err error) {
	if err := p.acknowledgeAgain(); err != nil {
		return false, err
	}
	for _, e := range p.due {
		if err := ctx.Err(); err != nil {
			return true, err
		}
		if slices.Contains(p.with, e.name) {
			continue
		}
		if p.taken == MaxFiles {
			return true, p.takeAlong()
		}
		if err := p.takeOne(ctx, e); err != nil {
			return false, errors.Join(err, p.takeAlong())
		}
	}
	return false, p.takeAlong()
}

// acknowledgeAgain moves or deletes what was taken when that could not be done.
func (p *dropPoll) acknowledgeAgain() error {
	if p.After == Keep || p.Peek {
		return nil
	}
	for name, g := range p.now.Given {
		if err := p.acknowledge(name, g.Verdict); err != nil {
			return err
		}
	}
	return nil
}

func (p *dropPoll) takeOne(ctx context.Context, e entry) error {
	f := File{Name: e.name, Beside: p.beside}
	var err error
	switch f.Raw, err = p.read(e.name); {
	case errors.Is(err, fs.ErrNotExist):
		return nil // somebody took it away
	case errors.Is(err, errRefused):
		p.refuse("%s may not be read.", e.name)
		return nil
	case errors.Is(err, errTooLarge):
		f.Raw, f.Fault = nil, tooLarge()
	case err != nil:
		return fmt.Errorf("read %s: %w", e.name, err)
	case int64(len(f.Raw)) != e.size && !p.Peek:
		return nil // it is being written; the next poll looks again
	}
	p.broken = nil
	verdict, err := p.take(ctx, f)
	if err = errors.Join(err, p.broken); err != nil || p.Peek {
		return err
	}
	if p.taken++; f.Fault != "" {
		verdict = unfit
	}
	if size, err := p.size(e.name); err == nil && size != e.size {
		return nil // it grew meanwhile: what it is now is another file
	}
	p.given(e, verdict)
	if p.After == Keep {
		return nil
	}
	return p.acknowledge(e.name, verdict)
}

func (p *dropPoll) given(e entry, v Verdict) {
	delete(p.now.Looked, e.name)
	p.now.Given[e.name] = givenTo{Mark: e.mark(), Verdict: v}
}

// unfit is the verdict on a file that could not be had. Nobody has its bytes, so it is
// never deleted.
const unfit = Unreadable + 1

// acknowledge moves or deletes a file that was taken.
func (p *dropPoll) acknowledge(name string, v Verdict) error {
	var err error
	if p.After == Delete && v != unfit {
		err = p.remove(name)
	} else {
		to := processed
		if v != Taken {
			to = failed
		}
		err = p.moveInto(to, name)
	}
	switch {
	case err == nil, errors.Is(err, fs.ErrNotExist):
		delete(p.now.Given, name)
		return nil
	case answered(err): // it stays, and is not taken again
		p.refuse("%s was taken in and may not be %sd there.", name, p.After)
		return nil
	}
	return fmt.Errorf("%s %s, which was taken in: %w", p.After, name, err)
}

// refuse notes the first file with which something is not allowed.
func (p *dropPoll) refuse(format string, args ...any) {
	if p.refused == nil {
		p.refused = errs.E(errs.Denied, format, args...)
	}
}

// answered reports whether an error is what the other side says, so that the connection
// is well.
func answered(err error) bool {
	if errors.Is(err, errRefused) || errors.Is(err, fs.ErrPermission) {
		return true
	}
	_, path := errors.AsType[*fs.PathError](err)
	_, link := errors.AsType[*os.LinkError](err)
	_, status := errors.AsType[*sftp.StatusError](err)
	reply, ftp := errors.AsType[*textproto.Error](err)
	return path || link || status || ftp && reply.Code >= 500
}

// moveInto moves a file into a folder, under another name if it has that one already.
func (p *dropPoll) moveInto(folder, name string) error {
	if err := p.mkdir(folder); err != nil {
		return err
	}
	to := folder + "/" + name
	if _, err := p.size(to); err == nil && !besides(name) {
		ext := path.Ext(name)
		to = folder + "/" + strings.TrimSuffix(name, ext) + p.Now().UTC().Format(".20060102T150405.000") + ext
	}
	return p.rename(name, to)
}

// beside opens what stands beside a file or in a folder below. A picture that went with
// an earlier file is found where it was moved to.
func (p *dropPoll) beside(href string) (io.ReadCloser, error) {
	name := path.Clean(href)
	if !fs.ValidPath(name) || name == "." || strings.ContainsFunc(name, func(r rune) bool { return r < ' ' || r == '\\' }) {
		return nil, fs.ErrNotExist
	}
	raw, err := p.read(name)
	switch {
	case err == nil:
		p.with = append(p.with, name)
	case errors.Is(err, fs.ErrNotExist) && p.After == Move:
		raw, err = p.read(processed + "/" + name)
	}
	if err != nil {
		if !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, errTooLarge) && !errors.Is(err, errRefused) {
			p.broken = fmt.Errorf("read %s: %w", name, err)
		}
		return nil, err
	}
	return io.NopCloser(bytes.NewReader(raw)), nil
}

// takeAlong acknowledges the pictures that went with the files of this poll.
func (p *dropPoll) takeAlong() error {
	if p.Peek {
		return nil
	}
	for _, name := range p.with {
		switch {
		case p.After == Keep:
			if mark, ok := p.now.Looked[name]; ok {
				delete(p.now.Looked, name)
				p.now.Given[name] = givenTo{Mark: mark}
			}
		case strings.Contains(name, "/"): // in a folder below: left to whoever made that
		default:
			if err := p.acknowledge(name, Taken); err != nil {
				return err
			}
			delete(p.now.Looked, name)
		}
	}
	return nil
}
