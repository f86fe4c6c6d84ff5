package main

import (
	"fmt"
	"strings"
	"sync"
	"sync/atomic"

	"broadsheet/internal/account"
	"broadsheet/internal/app"
	"broadsheet/internal/config"
	"broadsheet/internal/discussion"
	"broadsheet/internal/id"
	"broadsheet/internal/richtext"
	"broadsheet/internal/story"
)

const password = "a long enough password"

// open opens the newsroom in a folder beside which no server runs, to fill it.
func (b *bench) open(data, database string) (*app.Newsroom, error) {
	cfg, err := config.Load(config.Sources{Flags: map[string]string{"data": data, "database": database}})
	if err != nil {
		return nil, err
	}
	return app.Open(b.ctx, cfg, b.log)
}

// staff adds people who work for the paper, whom no pace holds back, and
// returns their sessions.
func (b *bench) staff(n *app.Newsroom, count int) ([]*account.Account, []string, error) {
	var people []*account.Account
	var sessions []string
	for i := range count {
		email := fmt.Sprintf("staff%d@paper.example", i)
		if _, err := n.Accounts.Add(b.ctx, account.System(), account.Person{
			Email: email, Name: fmt.Sprintf("Staff %d", i), Role: account.Editor, Password: password,
		}); err != nil {
			return nil, nil, err
		}
		// Each from an address of their own: attempts to sign in are limited.
		a, session, err := n.Accounts.SignIn(b.ctx, email, password, fmt.Sprintf("127.0.1.%d", i))
		if err != nil {
			return nil, nil, err
		}
		people, sessions = append(people, a), append(sessions, session)
	}
	return people, sessions, nil
}

// sentence makes a text of about 1,000 words possible without copying one.
const sentence = "The council of the harbour town met on Tuesday to hear what the pilots, the fishers and the mill had to say about the new lights. "

// publish writes and publishes a story of about 1,000 words.
func (b *bench) publish(n *app.Newsroom, number int) (*story.Live, error) {
	var text strings.Builder
	for paragraph := range 20 {
		fmt.Fprintf(&text, "%d. %s%s\n\n", paragraph+1, sentence, sentence)
	}
	body, err := richtext.FromText(text.String(), richtext.Origin{})
	if err != nil {
		return nil, err
	}
	sections := [...]string{"world", "politics", "business", "science", "culture", "sport"}
	st, err := n.Stories.Create(b.ctx, account.System(), story.Content{
		Headline: fmt.Sprintf("Harbour lights, report number %d", number), Standfirst: sentence,
		Section: sections[number%len(sections)], Body: body,
	})
	if err != nil {
		return nil, err
	}
	return n.Stories.Publish(b.ctx, account.System(), st.ID, st.Revision)
}

// publishMany publishes stories side by side and returns their paths.
func (b *bench) publishMany(n *app.Newsroom, count int) ([]string, error) {
	const atOnce = 64
	paths := make([]string, count)
	var next atomic.Int64
	var failed error
	var once sync.Once
	var wg sync.WaitGroup
	for range atOnce {
		wg.Go(func() {
			for i := int(next.Add(1)) - 1; i < count; i = int(next.Add(1)) - 1 {
				live, err := b.publish(n, i)
				if err != nil {
					once.Do(func() { failed = err })
					return
				}
				paths[i] = live.Path()
			}
		})
	}
	wg.Wait()
	return paths, failed
}

// discuss adds comments to a story.
func (b *bench) discuss(n *app.Newsroom, by *account.Account, story id.ID, count int) error {
	for i := range count {
		if _, err := n.Discussion.Post(b.ctx, by, discussion.Draft{StoryID: story, Markdown: fmt.Sprintf("%d: %s", i, sentence)}); err != nil {
			return err
		}
	}
	return nil
}
