package story

import (
	"context"
	"encoding/json"

	"broadsheet/internal/id"
	"broadsheet/internal/sqldb"
)

func setSeen(ctx context.Context, tx *sqldb.Tx, story, item, version id.ID) error {
	_, err := sqldb.Exec(ctx, tx, `
		INSERT INTO story_seen (story_id, item_id, seen_id) VALUES ($1, $2, $3)
		ON CONFLICT (story_id, item_id) DO UPDATE SET seen_id = EXCLUDED.seen_id`, story, item, version)
	return err
}

func scanTextUse(r sqldb.Row) (u Use, err error) {
	err = r.Scan(&u.Story, &u.Item, &u.Version, &u.Seen)
	return u, err
}

// A story's draft and what is published of it may hold two versions; the newer one counts.
const textUse = `
	SELECT u.story_id, u.item_id, MAX(u.arrived_id), MAX(s.seen_id)
	FROM story_use u LEFT JOIN story_seen s ON s.story_id = u.story_id AND s.item_id = u.item_id
	WHERE u.media_id = 0 AND `

// textUses are the items whose text is in stories.
func textUses(ctx context.Context, tx *sqldb.Tx, stories []id.ID, limit int) ([]Use, error) {
	list := make([]int64, len(stories))
	for i, v := range stories {
		list[i] = int64(v)
	}
	text, err := json.Marshal(list)
	if err != nil {
		return nil, err
	}
	return sqldb.All(ctx, tx, scanTextUse, textUse+`u.story_id IN `+tx.InList("$1")+`
		GROUP BY u.story_id, u.item_id ORDER BY u.story_id, u.item_id LIMIT $2`, string(text), limit)
}

// textUsesOf are the stories that an item's text is in.
func textUsesOf(ctx context.Context, tx *sqldb.Tx, item id.ID, limit int) ([]Use, error) {
	return sqldb.All(ctx, tx, scanTextUse, textUse+`u.item_id = $1
		GROUP BY u.story_id, u.item_id ORDER BY u.story_id DESC LIMIT $2`, item, limit)
}
