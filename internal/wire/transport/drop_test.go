package transport_test

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"broadsheet/internal/errs"
	"broadsheet/internal/wire/transport"
	"broadsheet/internal/wire/transport/transporttest"
)

// A dropped folder at a time that the test sets.
type dropped struct {
	t     *testing.T
	dir   string
	now   time.Time
	after transport.After
	state string
}

func (d *dropped) put(name, data string, age time.Duration) {
	d.t.Helper()
	transporttest.Drop(d.dir)(d.t, name, []byte(data))
	at := d.now.Add(-age)
	if err := os.Chtimes(filepath.Join(d.dir, name), at, at); err != nil {
		d.t.Fatal(err)
	}
}

// poll returns the names that were given, each with what its pictures were found to be.
func (d *dropped) poll(pictures ...string) (given []string) {
	d.t.Helper()
	tr, err := transport.Open(transport.Config{
		Kind: transport.Folder, Address: d.dir, After: d.after, Now: func() time.Time { return d.now },
	})
	if err != nil {
		d.t.Fatal(err)
	}
	end, err := tr.Poll(d.t.Context(), d.state, func(_ context.Context, f transport.File) (transport.Verdict, error) {
		text := []string{f.Name}
		for _, href := range pictures {
			if r, err := f.Beside(href); err == nil {
				raw, err := io.ReadAll(r)
				text = append(text, href+"="+string(raw))
				if err = errors.Join(err, r.Close()); err != nil {
					return 0, err
				}
			}
		}
		given = append(given, strings.Join(text, " "))
		return transport.Taken, nil
	})
	if err != nil {
		d.t.Fatal(err)
	}
	d.state = end.State
	return given
}

func (d *dropped) want(got []string, want ...string) {
	d.t.Helper()
	if !slices.Equal(got, want) {
		d.t.Errorf("given %q, want %q", got, want)
	}
}

func newDropped(t *testing.T, after transport.After) *dropped {
	t.Helper()
	return &dropped{t: t, dir: t.TempDir(), now: time.Now().Truncate(time.Second), after: after}
}

func TestOnlyWhatIsComplete(t *testing.T) {
	d := newDropped(t, transport.Keep)
	d.put("old.xml", "1", 2*time.Minute)
	d.put("growing.xml", "2", 0)
	d.put("upload.xml.part", "3", time.Hour)
	d.put(".hidden.xml", "4", time.Hour)
	d.want(d.poll(), "old.xml")
	d.put("growing.xml", "2 and more", 0)
	d.want(d.poll())
	d.want(d.poll(), "growing.xml") // the same at two polls
	d.want(d.poll())
	d.put("old.xml", "1 again", 2*time.Minute)
	d.want(d.poll(), "old.xml") // another file with its name
}

func TestOldestFirst(t *testing.T) {
	d := newDropped(t, transport.Delete)
	d.put("a-second-take.xml", "2", time.Hour)
	d.put("b-first-take.xml", "1", 2*time.Hour)
	d.want(d.poll(), "b-first-take.xml", "a-second-take.xml")
}

func TestPicturesBesideAFile(t *testing.T) {
	for _, after := range []transport.After{transport.Keep, transport.Move, transport.Delete} {
		t.Run(string(after), func(t *testing.T) {
			d := newDropped(t, after)
			d.put("story.xml", "1", time.Hour)
			d.put("quay.jpg", "quay", time.Hour)
			d.put("photos/ship.jpg", "ship", time.Hour)
			d.put("alone.jpg", "alone", 5*time.Minute)
			d.want(d.poll("quay.jpg", "photos/ship.jpg", "../../etc/passwd", "/etc/passwd", "nowhere.jpg"), "story.xml quay.jpg=quay photos/ship.jpg=ship")
			d.want(d.poll())
			d.now = d.now.Add(6 * time.Minute)
			d.want(d.poll(), "alone.jpg") // no file showed it
			if after == transport.Move {
				d.put("story.xml", "the next version", time.Hour)
				d.want(d.poll("quay.jpg"), "story.xml quay.jpg=quay") // where it was moved to
				if moved, err := filepath.Glob(filepath.Join(d.dir, "processed", "story*.xml")); err != nil || len(moved) != 2 {
					t.Errorf("moved to %q, %v; want both versions", moved, err)
				}
			}
		})
	}
}

// A file that is too large is nowhere but there, so it is not deleted.
func TestTooLargeIsNotDeleted(t *testing.T) {
	d := newDropped(t, transport.Delete)
	d.put("huge.xml", "", 0)
	if err := os.Truncate(filepath.Join(d.dir, "huge.xml"), transport.MaxFile+1); err != nil {
		t.Fatal(err)
	}
	d.want(d.poll())
	d.want(d.poll(), "huge.xml")
	if _, err := os.Stat(filepath.Join(d.dir, "failed", "huge.xml")); err != nil {
		t.Error(err)
	}
}

func TestALinkLeadsNowhere(t *testing.T) {
	d := newDropped(t, transport.Keep)
	secret := transporttest.Write(t, filepath.Join(t.TempDir(), "secret"), "hunter2")
	if err := os.Symlink(secret, filepath.Join(d.dir, "link.xml")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(secret, filepath.Join(d.dir, "quay.jpg")); err != nil {
		t.Fatal(err)
	}
	d.put("story.xml", "1", time.Hour)
	d.want(d.poll("link.xml"), "story.xml")
}

// What may not be moved is taken once, and the others go on.
func TestWhatMayNotBeMoved(t *testing.T) {
	d := newDropped(t, transport.Move)
	d.put("processed", "a file where the folder should be", time.Hour)
	d.put("a.xml", "1", time.Hour)
	d.put("b.xml", "2", time.Hour)
	tr, err := transport.Open(transport.Config{Kind: transport.Folder, Address: d.dir, After: d.after})
	if err != nil {
		t.Fatal(err)
	}
	given := 0
	for range 3 {
		end, err := tr.Poll(t.Context(), d.state, func(context.Context, transport.File) (transport.Verdict, error) {
			given++
			return transport.Taken, nil
		})
		if err != nil || !errors.Is(end.Trouble, errs.Denied) || !strings.Contains(end.Trouble.Error(), "may not be moved") {
			t.Errorf("Poll = %+v, %v; want the trouble that it may not be moved", end, err)
		}
		d.state = end.State
	}
	if given != 3 {
		t.Errorf("%d files were given in three polls, want each of three once", given)
	}
}

// The key of a server must be trusted before a password goes there.
func TestHostKey(t *testing.T) {
	port, key, hostKey, _ := transporttest.SSHD(t)
	c := transport.Config{
		Kind: transport.SFTP, Address: "sftp://127.0.0.1:" + port + t.TempDir(), User: transporttest.Me(t).Username,
		Secret: transport.Secret(key), After: transport.Keep, Private: private,
	}
	poll := func() error {
		tr, err := transport.Open(c)
		if err != nil {
			t.Fatal(err)
		}
		_, err = tr.Poll(t.Context(), "", func(context.Context, transport.File) (transport.Verdict, error) { return 0, nil })
		return err
	}
	host, ok := errors.AsType[*transport.UnknownHost](poll())
	if !ok || host.Changed || !strings.HasPrefix(hostKey, host.Key) || !strings.HasPrefix(host.Fingerprint, "SHA256:") {
		t.Fatalf("without a pinned key: %+v, want the key %q", host, hostKey)
	}
	c.HostKey = host.Key
	if err := poll(); err != nil {
		t.Errorf("with the pinned key: %v", err)
	}
	_, _, other, _ := transporttest.SSHD(t)
	c.HostKey = other
	if host, ok := errors.AsType[*transport.UnknownHost](poll()); !ok || !host.Changed {
		t.Errorf("with another server's key: %+v", host)
	}
	c.HostKey, c.Secret = hostKey, "not the key"
	if err := poll(); !errors.Is(err, errs.Denied) || strings.Contains(err.Error(), "not the key") {
		t.Errorf("with a wrong secret: %v, want denied", err)
	}
}

func TestPrivateAddresses(t *testing.T) {
	for _, address := range []string{"http://127.0.0.1:1/", "ftp://127.0.0.1:1/", "ftps://localhost:1/", "sftp://[::1]:1/", "imaps://10.0.0.1:1/"} {
		kind, _, _ := strings.Cut(address, ":")
		kind = strings.NewReplacer("http", "pull", "imaps", "imap").Replace(kind)
		tr, err := transport.Open(transport.Config{Kind: transport.Kind(kind), Address: address, After: transport.Keep})
		if err != nil {
			t.Fatal(err)
		}
		_, err = tr.Poll(t.Context(), "", func(context.Context, transport.File) (transport.Verdict, error) { return 0, nil })
		if !errors.Is(err, errs.Invalid) || !strings.Contains(err.Error(), "not public") {
			t.Errorf("%s: %v, want refused", address, err)
		}
	}
}
