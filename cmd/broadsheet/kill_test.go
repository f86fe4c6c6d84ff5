package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"broadsheet/internal/account"
	"broadsheet/internal/app"
	"broadsheet/internal/config"
	"broadsheet/internal/discussion"
	"broadsheet/internal/id"
	"broadsheet/internal/richtext"
	"broadsheet/internal/story"
)

// TestKill kills the real program again and again while people comment, and
// then looks for every comment that was answered with success. A comment whose
// answer never came is sent again after the restart with its key, and must not
// appear twice.
func TestKill(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the program and kills it several times")
	}
	const rounds, writers = 6, 8
	k := newKillTest(t, writers)
	for round := range rounds {
		k.round(t, round)
	}
	k.check(t)
}

type killTest struct {
	binary string
	flags  map[string]string
	story  id.ID
	client *http.Client

	writers []*writer
}

// A writer is somebody who comments as fast as the answers come.
type writer struct {
	session string
	sent    int // the number of the comment that is on its way
	acked   []string
}

func newKillTest(t *testing.T, writers int) *killTest {
	t.Helper()
	k := &killTest{
		binary: filepath.Join(t.TempDir(), "broadsheet"),
		flags:  map[string]string{"data": filepath.Join(t.TempDir(), "data"), "listen": "127.0.0.1:0", "admin": "127.0.0.1:0"},
		client: &http.Client{Timeout: 10 * time.Second},
	}
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", k.binary, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	n := k.open(t)
	defer n.Close()
	by := account.System()
	const password = "a long enough password"
	for i := range writers {
		email := fmt.Sprintf("writer%d@paper.example", i)
		// Staff are not held to a reader's pace.
		if _, err := n.Accounts.Add(t.Context(), by, account.Person{Email: email, Name: fmt.Sprintf("Writer %d", i), Role: account.Reporter, Password: password}); err != nil {
			t.Fatal(err)
		}
		_, session, err := n.Accounts.SignIn(t.Context(), email, password, "127.0.0.1")
		if err != nil {
			t.Fatal(err)
		}
		k.writers = append(k.writers, &writer{session: session})
	}
	body, err := richtext.FromText("It was dark.\n\nThen it was light.", richtext.Origin{})
	if err != nil {
		t.Fatal(err)
	}
	st, err := n.Stories.Create(t.Context(), by, story.Content{Headline: "Power cut in the old town", Section: "world", Body: body})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := n.Stories.Publish(t.Context(), by, st.ID, st.Revision); err != nil {
		t.Fatal(err)
	}
	k.story = st.ID
	return k
}

func (k *killTest) open(t *testing.T) *app.Newsroom {
	t.Helper()
	cfg, err := config.Load(config.Sources{Flags: k.flags})
	if err != nil {
		t.Fatal(err)
	}
	n, err := app.Open(t.Context(), cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// round starts the program, lets everybody comment until there were some dozen
// answers, and kills it in the middle of the others.
func (k *killTest) round(t *testing.T, round int) {
	t.Helper()
	cmd, address := k.start(t)
	enough := int64(40 + rand.IntN(80))
	var answers atomic.Int64
	var kill sync.Once
	var wg sync.WaitGroup
	for i, w := range k.writers {
		wg.Go(func() {
			for k.comment(t, w, i, address) {
				if answers.Add(1) >= enough {
					kill.Do(func() {
						if err := cmd.Process.Kill(); err != nil {
							t.Error(err)
						}
					})
				}
			}
		})
	}
	wg.Wait()
	if err := cmd.Wait(); err == nil || !strings.Contains(err.Error(), "killed") {
		t.Fatalf("round %d: the program ended with %v before it was killed", round, err)
	}
	if got := answers.Load(); got < enough {
		t.Fatalf("round %d: only %d of %d comments were answered", round, got, enough)
	}
}

// start runs the program and returns it with the address at which it serves.
func (k *killTest) start(t *testing.T) (*exec.Cmd, string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), k.binary, "serve", "--data", k.flags["data"], "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0", "--set", "log.format=json")
	log, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for dec := json.NewDecoder(log); ; {
		var line struct{ Paper string }
		if err := dec.Decode(&line); err != nil {
			t.Fatalf("the program does not say where it serves: %v", err)
		}
		if line.Paper != "" {
			go func() { _, _ = new(bytes.Buffer).ReadFrom(log) }()
			return cmd, line.Paper
		}
	}
}

// comment posts the writer's next comment and reports whether it was answered.
func (k *killTest) comment(t *testing.T, w *writer, number int, address string) bool {
	text := fmt.Sprintf("Comment %d of writer %d.", w.sent, number)
	form := url.Values{"text": {text}, "key": {fmt.Sprintf("%d-%d", number, w.sent)}}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, address+"/discussions/"+k.story.String()+"/comments", strings.NewReader(form.Encode()))
	if err != nil {
		t.Error(err)
		return false
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Accept", "application/json")
	req.AddCookie(&http.Cookie{Name: "__Host-session", Value: w.session})
	resp, err := k.client.Do(req)
	if err != nil {
		return false // the program was killed
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		t.Errorf("comment answered with %s", resp.Status)
		return false
	}
	w.sent++
	w.acked = append(w.acked, text)
	return true
}

// check reads the discussion and compares it with what was answered.
func (k *killTest) check(t *testing.T) {
	t.Helper()
	n := k.open(t)
	defer n.Close()
	found := map[string]int{}
	for cursor, more := "", true; more; {
		page, err := n.Discussion.Threads(context.WithoutCancel(t.Context()), k.story, discussion.View{Cursor: cursor})
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range page.Comments {
			found[c.Text]++
		}
		cursor, more = page.Next, page.Next != ""
	}
	acked := 0
	for _, w := range k.writers {
		for _, text := range w.acked {
			acked++
			if found[text] == 0 {
				t.Errorf("lost: %s", text)
			}
		}
	}
	for text, times := range found {
		if times > 1 {
			t.Errorf("%d times: %s", times, text)
		}
	}
	t.Logf("%d comments acknowledged, %d found", acked, len(found))
	if acked == 0 || len(found) > acked+len(k.writers) {
		t.Errorf("%d comments were acknowledged, %d are there", acked, len(found))
	}
}
