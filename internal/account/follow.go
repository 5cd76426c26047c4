package account

// Follow is how many follow whom. Until 2025 Spotify gave numbers; since 2026
// it gives names, which are counted and not kept, as they are other people's.
type Follow struct {
	Followers, Following, Blocked int
	Named                         bool // the package gave names

	Artists []string // followed artists, in packages of 2018 and 2019 only
}

func (r *reading) readFollow(sources []source) {
	f := &r.account.Follow
	r.read(&sources[0], func(c *cursor) {
		c.object(func(key []byte) {
			switch string(key) {
			case "followerCount":
				f.Followers = c.whole()
			case "followingUsersCount":
				f.Following = c.whole()
			case "dismissingUsersCount":
				f.Blocked = c.whole()
			case "followingArtists":
				f.Artists = c.list()
			case "userIsFollowing":
				f.Following, f.Named = c.people(), true
			case "userIsFollowedBy":
				f.Followers, f.Named = c.people(), true
			case "userIsBlocking":
				f.Blocked, f.Named = c.people(), true
			}
		})
	})
}
