// Package sessions gives any net/http program the sessions of
// github.com/alexedwards/scs, kept in a sealed cookie or in Redis. Which of the
// two is configuration; handlers do not notice.
//
//	manager, err := sessions.New(sessions.Config{
//		Store:     sessions.StoreCookie,
//		SecretKey: key, // at least 32 characters, the same on every instance
//		Secure:    true,
//	})
//	…
//	http.ListenAndServe(addr, manager.Middleware(mux))
//
// A handler uses the calls of scs that are [Values], as they are documented there.
// As there, values that are not of a basic type, time.Time included, must be
// registered with encoding/gob. [Manager.Destroy] ends a session for every copy of
// its cookie, given a list to note that in (below).
//
// # The middleware
//
// The session is saved, and its cookie written, just before the response
// header leaves: at the first Write, WriteHeader, ReadFrom or Flush, or when
// the handler returns without any of them. Changes made after that are lost, as
// with any header. A handler that panics before it has written saves nothing.
//
// A session that was not changed writes nothing, so a visitor without data gets
// no cookie. When saving fails, the client receives an error page with status
// 503 and a Retry-After header, and what the handler wrote is dropped: nobody is
// told that something succeeded which was not kept.
//
// A cookie that is not a session of ours (changed, cut, expired) never fails the
// request. The request has no session, the cookie is deleted, and one line is
// logged that says why and never shows the cookie. Where it may be whole, because
// it was sealed with a key that this instance does not have, it is left alone
// until there is a session to write in its place.
//
// A request may bring several cookies of one name: stale duplicates, or some that
// another host of the domain has set. The first that is a session counts, up to
// the fourth of a name, and nothing is deleted because of the others. With Secure
// the name begins with __Host-, and no other host can set one.
//
// # Versions side by side
//
// While a program is updated, instances of two versions serve the same sessions.
// A session that this version cannot read because a newer one has written it (a
// later format, or a value of a type that is not registered here) is answered
// with 503, Retry-After and [ErrNewerVersion], and stays as it is. A value of a
// known type under an unknown key is kept when the session is written. So a new
// version may add keys at any time; a type has to be known to all instances
// before one puts it into a session, and may be taken out of the program only
// when the longest lifetime has passed since.
//
// # The cookie store
//
// The whole session travels in the cookie, so there is nothing to run and
// nothing to lose, and every instance with the key can read it. The value is
//
//	v1.<key id>.<base64url(nonce + ciphertext)>
//
// sealed with AES-256-GCM. The key and the key id are derived from the secret
// with HKDF, under separate labels. Version, cookie name and key id are
// authenticated, and the sealed part holds its own issue and expiry times, which
// do not depend on what a browser does with Max-Age. A session too long for one
// cookie is split into at most four, named session, session.2 and so on; the
// first then says how many there are (v1.<key id>.<count>.<first part>). One
// that does not fit is refused with [ErrTooLarge] and a 500, since a retry would
// not help. Proxies commonly limit a request header to 8 KiB or less, so keep
// identifiers in the session and the data itself elsewhere.
//
// To rotate the secret, move the old one to PreviousSecretKeys. Sessions sealed
// with it still open and are sealed again with the current one on their next
// response. Once the longest lifetime has passed, drop the old secret.
//
// What a sealed cookie cannot do by itself is to be forgotten by the server.
// Destroy deletes it from the browser, and a copy taken before would open until
// it expires. With Revoke and Revoked a program keeps a list of the sessions that
// were ended, by their [Manager.ID] and until they would have expired. Instances
// look there for each session they meet, once a minute; while the list does not
// answer, requests with a session are answered with 503. RenewToken revokes
// nothing, so that nothing is lost when the answer with the new token is;
// [Manager.Renew] has the old one revoked when the browser comes back with the
// new one. Beside the list, a program can
//
//   - delete what the session points to, so that a replayed copy opens nothing;
//   - set NotBefore, which refuses every session issued earlier;
//   - rotate the secret without keeping the previous one, which ends all
//     sessions;
//   - use the Redis store.
//
// Two requests at the same time each save what they saw: the last one wins.
// Nothing here can mend that: the two may be with two instances, neither of which
// knows what the other has sealed, and the browser keeps the cookie that arrives
// last. So requests that only look at something had better not change a session.
//
// # The Redis store
//
// The cookie holds a random token and Redis holds the session, under the hash
// of that token, through github.com/alexedwards/scs/redisstore. Destroy ends the
// session for every copy of the cookie. Concurrent requests save whole sessions
// and the last one wins, here too: to compare before writing, redisstore has
// nothing, and a user of Redis with the rights for plain commands no script.
//
// A request without a session cookie does not touch Redis and works while Redis
// is down. With one, an outage is answered with 503 and Retry-After and leaves
// the cookie alone: it is never mistaken for having signed out. The pool of
// connections is the program's. It decides how long a Redis that hangs may hold
// up a request, and whether that is one server, one behind Sentinel or a Cluster.
//
// # Inactivity
//
// With IdleTimeout a session ends that was not used for so long, whatever the
// store. When it was last used stands in a small sealed cookie of its own, seen
// or __Host-seen, bound to the session's ID: requests that only look at something
// do not write the session, and the cookie at most once a minute, or once in a
// tenth of a short timeout. Without a recent one of its own a session is over and
// its cookies are deleted, so an old copy of the cookie prolongs nothing. The
// beginning of a session counts as use. What is kept in Redis stays there until
// the lifetime is over, and so does what the session points to.
package sessions
