package account

import "github.com/spotify-data-tool/spotify-data-tool/internal/dataset"

// Profile is Userdata.json, UserAttributes.json since 2026. All of it is
// personal: views show it masked, see PersonalFields.
type Profile struct {
	Username, Email, Country     string
	Birthdate, Gender            string
	PostalCode                   string
	MobileNumber, MobileOperator string
	MobileBrand                  string
	FromFacebook                 bool
	FacebookUID                  string
	Created                      dataset.Date
	EstimatedAge, AgeMethod      string // what Spotify assured itself of
}

// Identity is the public profile.
type Identity struct {
	DisplayName, FirstName, LastName string
	ImageURL, LargeImageURL          string
	TasteMaker, Verified             bool
}

// Identifier is what the person signs in with.
type Identifier struct{ Type, Value string }

// Payment is a way to pay.
type Payment struct {
	Method, Country, PostalCode string
	Created                     dataset.Date
}

// Follow is who follows whom. Until 2025 Spotify gave numbers only; since 2026
// it gives names, and the numbers are how many there are.
type Follow struct {
	Followers, Following, Blocked             int
	FollowedBy, FollowingUsers, BlockingUsers []string
	Named                                     bool // the package gave names
}

func (r *reading) readProfile(sources []Source) {
	newest := newest(sources)
	n := r.document(&newest[0])
	r.account.Profile = Profile{
		Username: n.text("username"), Email: n.text("email"), Country: n.text("country"),
		Birthdate: n.text("birthdate"), Gender: n.text("gender"), PostalCode: n.text("postalCode"),
		MobileNumber: n.text("mobileNumber"), MobileOperator: n.text("mobileOperator"), MobileBrand: n.text("mobileBrand"),
		FromFacebook: n.flag("createdFromFacebook"), FacebookUID: n.text("facebookUid"),
		Created:      n.date("creationTime"),
		EstimatedAge: n.text("assuredEstimatedAge"), AgeMethod: n.text("assuredAgeMethod"),
	}
}

func (r *reading) readIdentity(sources []Source) {
	newest := newest(sources)
	n := r.document(&newest[0])
	r.account.Identity = Identity{
		DisplayName: n.text("displayName"), FirstName: n.text("firstName"), LastName: n.text("lastName"),
		ImageURL: n.text("imageUrl"), LargeImageURL: n.text("largeImageUrl"),
		TasteMaker: n.flag("tasteMaker"), Verified: n.flag("verified"),
	}
}

func (r *reading) readIdentifiers(sources []Source) {
	newest := newest(sources)
	for i := range newest {
		for _, n := range r.document(&newest[i]).records("identifiers") {
			if id := (Identifier{n.text("identifierType"), n.text("identifierValue")}); id != (Identifier{}) {
				r.account.Identifiers = append(r.account.Identifiers, id)
			}
		}
	}
}

func (r *reading) readPayments(sources []Source) {
	newest := newest(sources)
	for i := range newest {
		for _, n := range r.document(&newest[i]).records("payments") {
			p := Payment{
				Method: n.text("payment_method"), Country: n.text("country"),
				PostalCode: n.text("postal_code"), Created: n.date("creation_date"),
			}
			if p != (Payment{}) {
				r.account.Payments = append(r.account.Payments, p)
			}
		}
	}
}

func (r *reading) readFollow(sources []Source) {
	newest := newest(sources)
	f := &r.account.Follow
	c, done := r.open(&newest[0])
	defer done()
	named := func(list *[]string, count *int) {
		*list = c.people()
		*count = len(*list)
		f.Named = true
	}
	c.object(func(key []byte) {
		switch string(key) {
		case "followerCount":
			f.Followers = c.whole()
		case "followingUsersCount":
			f.Following = c.whole()
		case "dismissingUsersCount":
			f.Blocked = c.whole()
		case "userIsFollowing":
			named(&f.FollowingUsers, &f.Following)
		case "userIsFollowedBy":
			named(&f.FollowedBy, &f.Followers)
		case "userIsBlocking":
			named(&f.BlockingUsers, &f.Blocked)
		}
	})
}
