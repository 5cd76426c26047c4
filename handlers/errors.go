package handlers

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"strings"
	"syscall"

	"github.com/labstack/echo/v4"

	"github.com/spotify-data-tool/spotify-data-tool/components/format"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/accounts"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/pictures"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/reel"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/signin"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/uploads"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/web"
	"github.com/spotify-data-tool/spotify-data-tool/handlers/words"
	"github.com/spotify-data-tool/spotify-data-tool/internal/accountstore"
	"github.com/spotify-data-tool/spotify-data-tool/internal/admission"
	"github.com/spotify-data-tool/spotify-data-tool/internal/bucket"
	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
	"github.com/spotify-data-tool/spotify-data-tool/internal/importer"
	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
	"github.com/spotify-data-tool/spotify-data-tool/internal/link"
	"github.com/spotify-data-tool/spotify-data-tool/internal/ratelimit"
	reelstore "github.com/spotify-data-tool/spotify-data-tool/internal/reel"
	idp "github.com/spotify-data-tool/spotify-data-tool/internal/signin"
	"github.com/spotify-data-tool/spotify-data-tool/internal/upload"
	"github.com/spotify-data-tool/spotify-data-tool/internal/vault"
)

// failures is the one table from sentinels to answers.
var failures = []struct {
	err error
	web.Failure
}{
	{uploads.ErrNoSession, web.Failure{Status: http.StatusUnauthorized, Code: "no_session", Title: "There is no data here yet", Message: "Upload your Spotify data first; everything else starts from it."}},
	// It is ErrGone as well, and comes first.
	{uploads.ErrForeign, web.Failure{Status: http.StatusServiceUnavailable, Code: "data_elsewhere", Title: "Your data is with another instance", Message: "Several instances of this program answer here, and the one that did cannot see your data. Try again; the next one may. Whoever runs this page has to give them a store in common.", RetryAfter: 1}},
	{vault.ErrGone, web.Failure{Status: http.StatusGone, Code: "data_gone", Title: "Your data is no longer here", Message: "It has expired or was deleted. Upload it again to go on."}},
	// What a later version has stored is there, and must not be taken for gone
	// while instances are renewed one after the other.
	{vault.ErrNewer, renewing},
	{upload.ErrNewer, renewing},
	{web.ErrNotFound, web.Failure{Status: http.StatusNotFound, Code: "not_found", Title: "That is not in your data", Message: "The address names something this data does not hold. It may have been written down before you replaced your data."}},
	{uploads.ErrNoFiles, web.Failure{Status: http.StatusBadRequest, Code: "no_files", Title: "No file arrived", Message: "Choose at least one ZIP or JSON file from Spotify, then send it.", Field: "files"}},
	{uploads.ErrNotForm, web.Failure{Status: http.StatusUnsupportedMediaType, Code: "not_a_form", Title: "That was not an upload form", Message: "Send the files as multipart/form-data in the field “files”.", Field: "files"}},
	{uploads.ErrBadForm, web.Failure{Status: http.StatusBadRequest, Code: "bad_form", Title: "That form cannot be read", Message: "Send it as the page does."}},
	{uploads.ErrChanged, web.Failure{Status: http.StatusConflict, Code: "changed_meanwhile", Title: "Your data changed meanwhile", Message: "It was deleted or replaced while this upload was under way, so nothing of the upload was kept. Send it again if you still want it."}},
	{uploads.ErrHasData, web.Failure{Status: http.StatusConflict, Code: "has_data", Title: "You already have data here", Message: "The sample would be mixed up with it. Delete your data first to look at the sample."}},
	{uploads.ErrLinkSample, web.Failure{Status: http.StatusConflict, Code: "sample_not_linked", Title: "The invented listener needs no code", Message: "It is one click away on any device. Bring your own data to carry it on."}},
	{link.ErrNewer, renewing},
	{link.ErrMalformed, web.Failure{Status: http.StatusBadRequest, Code: "bad_code", Title: "That is not a whole code", Message: "A code has sixteen letters and digits, in four groups of four. Type it as the other device shows it.", Field: "code"}},
	{link.ErrUnknown, web.Failure{Status: http.StatusNotFound, Code: "unknown_code", Title: "No device shows that code", Message: "A letter may be wrong, or it was made more than an hour ago. Look at it again.", Field: "code"}},
	{link.ErrLate, web.Failure{Status: http.StatusGone, Code: "code_expired", Title: "That code’s time is over", Message: "A code is good for ten minutes, and until another is made. Make a new one on the other device.", Field: "code"}},
	{link.ErrUsed, web.Failure{Status: http.StatusConflict, Code: "code_used", Title: "That code was used already", Message: "A code is good once. Make a new one on the other device. If nobody of yours has used it, delete the data there: then it is gone from every device.", Field: "code"}},
	{uploads.ErrLinkMoved, web.Failure{Status: http.StatusGone, Code: "code_without_data", Title: "There is no data behind that code any more", Message: "It was deleted or replaced on the other device meanwhile. Make a new code there, if data is there.", Field: "code"}},
	{uploads.ErrLinkOwn, web.Failure{Status: http.StatusConflict, Code: "own_code", Title: "This device has that data already", Message: "The code stays good. Open this page on the other device and type it there.", Field: "code"}},
	{uploads.ErrLinkReplaces, web.Failure{Status: http.StatusConflict, Code: "replaces_data", Title: "There is other data here", Message: "What the code hands over would take its place. Type the code again and say that it may.", Field: "replace"}},
	{web.ErrCrossOrigin, web.Failure{Status: http.StatusForbidden, Code: "cross_origin", Title: "That request came from another site", Message: "For your safety this page only takes changes from its own forms. Open it directly and try again."}},
	{uploads.ErrUploadAborted, web.Failure{Status: http.StatusBadRequest, Code: "upload_incomplete", Title: "The upload broke off", Message: "The connection ended before the whole file was here. Nothing was changed; send it again.", Field: "files"}},
	{uploads.ErrTooSlow, web.Failure{Status: http.StatusRequestTimeout, Code: "upload_too_slow", Title: "The upload came too slowly", Message: "Less than 2 KB a second arrived for half a minute, so the connection was ended. What has arrived of a file in parts is kept: go on from there. A form has to be sent again.", Field: "files"}},
	{uploads.ErrTooMuch, web.Failure{Status: http.StatusTooManyRequests, Code: "too_much", Title: "A lot has been uploaded from your network", Message: "More than fits into an hour, by you or somebody on the same connection. Nothing was changed, and what has arrived is kept. Go on in " + waitMark + "."}},
	{uploads.ErrTooManyCodes, web.Failure{Status: http.StatusTooManyRequests, Code: "too_many_codes", Title: "Many codes were tried from your network", Message: "By you or somebody on the same connection. Try again in " + waitMark + "."}},
	{ratelimit.ErrShare, web.Failure{Status: http.StatusTooManyRequests, Code: "too_many_at_once", Title: "Several uploads from your network are under way", Message: "One network sends a few at a time, so that there is room for others. Nothing was changed, and what has arrived is kept. Go on in a few seconds.", RetryAfter: 5}},
	// An import without memory is both.
	{importer.ErrBusy, web.Failure{Status: http.StatusServiceUnavailable, Code: "busy", Title: "Many people are uploading right now", Message: "Nothing was changed. Try again in half a minute.", RetryAfter: 30}},
	{admission.ErrBusy, web.Failure{Status: http.StatusServiceUnavailable, Code: "busy", Title: "Many people are looking right now", Message: "There was no room for this page in time. Nothing was changed; try again in a moment.", RetryAfter: 5}},
	{importer.ErrTooMany, web.Failure{Status: http.StatusTooManyRequests, Code: "too_many_imports", Title: "Too many imports in one session", Message: fmt.Sprintf("A session takes %d imports a day. Go on tomorrow, or delete your data and begin anew.", upload.MaxRecords), RetryAfter: 3600}},
	{importer.ErrNoTask, web.Failure{Status: http.StatusNotFound, Code: "not_found", Title: "There is no such import", Message: "It is over, or it belongs to a session that has ended."}},
	{upload.ErrNotFound, web.Failure{Status: http.StatusNotFound, Code: "not_found", Title: "There is no such upload", Message: "It has been read or discarded, has waited for more than a day, or belongs to another session. Send the file again.", Field: "file"}},
	{upload.ErrDamaged, web.Failure{Status: http.StatusGone, Code: "upload_damaged", Title: "That upload is damaged", Message: "What was stored of it cannot be read any more. Send the file again.", Field: "file"}},
	{upload.ErrOffset, web.Failure{Status: http.StatusConflict, Code: "wrong_offset", Title: "That is not where the file goes on", Message: "Ask how much has arrived and go on from there."}},
	{upload.ErrTooLarge, web.Failure{Status: http.StatusRequestEntityTooLarge, Code: "upload_too_large", Title: "That upload is too large", Message: "It has no room beside what has arrived already. Send the packages one after another; they add up.", Field: "files"}},
	{upload.ErrTooManyFiles, web.Failure{Status: http.StatusRequestEntityTooLarge, Code: "too_many_files", Title: "Too many files at once", Message: fmt.Sprintf("Send at most %d files in one go. The ZIP as Spotify made it is one file.", upload.MaxFiles), Field: "files"}},
	{upload.ErrTooManyParts, web.Failure{Status: http.StatusRequestEntityTooLarge, Code: "too_many_parts", Title: "The file came in too many pieces", Message: "Discard it and send it again, in larger parts.", Field: "files"}},
	{upload.ErrIncomplete, web.Failure{Status: http.StatusConflict, Code: "upload_incomplete", Title: "The upload is not complete", Message: "Not every byte of the files is here yet. Choose the same files again to go on.", Field: "files"}},
	{upload.ErrBroken, web.Failure{Status: http.StatusRequestTimeout, Code: "upload_broken", Title: "The connection broke", Message: "What has arrived is kept. Go on from there."}},
	{signin.ErrRequired, web.Failure{Status: http.StatusUnauthorized, Code: "sign_in_required", Title: "Sign in first", Message: "What you asked for is for people who are signed in."}},
	{signin.ErrToken, web.Failure{Status: http.StatusForbidden, Code: "csrf_token", Title: "That form is not this session's", Message: "You have signed in or out since the page was opened. Open it again and send the form from there."}},
	{idp.ErrClock, web.Failure{Status: http.StatusServiceUnavailable, Code: "sign_in_clock", Title: "Nobody can sign in right now", Message: "The clocks of this site and of the one where you sign in differ. Whoever runs this page finds by how much in its log.", RetryAfter: 60}},
	{idp.ErrProvider, web.Failure{Status: http.StatusServiceUnavailable, Code: "sign_in_unavailable", Title: "Nobody can sign in right now", Message: "The site where you sign in does not answer. Who is signed in already can go on. Try again in a few seconds.", RetryAfter: 5}},
	{idp.ErrNotAllowed, web.Failure{Status: http.StatusForbidden, Code: "not_allowed", Title: "Your address is not allowed here", Message: "You have signed in, but whoever runs this page has not let your address in, or it was never verified where you signed in."}},
	{idp.ErrAttempt, web.Failure{Status: http.StatusBadRequest, Code: "sign_in_expired", Title: "That sign-in is over", Message: "It was finished before, took too long, or began in another browser. Sign in again."}},
	{idp.ErrCancelled, web.Failure{Status: http.StatusBadRequest, Code: "sign_in_cancelled", Title: "You did not sign in", Message: "The site where you sign in sent you back without. Sign in again if you want to."}},
	{idp.ErrRefused, web.Failure{Status: http.StatusBadRequest, Code: "sign_in_refused", Title: "That sign-in cannot be trusted", Message: "What came back from the site where you sign in was not what was asked for. Nobody was signed in; try again."}},
	{accountstore.ErrNewer, renewing},
	{accountstore.ErrNone, web.Failure{Status: http.StatusNotFound, Code: "no_account", Title: "Your account keeps nothing yet", Message: "Set a passkey or a passphrase first."}},
	{accountstore.ErrExists, web.Failure{Status: http.StatusConflict, Code: "account_exists", Title: "Your account is there already", Message: "It was made on another device a moment ago. Open it with what you set there."}},
	{accountstore.ErrKey, web.Failure{Status: http.StatusForbidden, Code: "wrong_key", Title: "That does not open it", Message: "The passphrase is another one, or the passkey belongs to something else. Capitals and spaces count."}},
	{accountstore.ErrBusy, web.Failure{Status: http.StatusServiceUnavailable, Code: "account_busy", Title: "Your account is being changed", Message: "Other devices change it at the same moment. Try again in a few seconds.", RetryAfter: 2}},
	{accountstore.ErrNoDataset, web.Failure{Status: http.StatusNotFound, Code: "not_found", Title: "Your account does not keep that", Message: "It was deleted, here or on another device."}},
	{accountstore.ErrNoSlot, web.Failure{Status: http.StatusNotFound, Code: "not_found", Title: "There is no such passkey or passphrase", Message: "It was removed, here or on another device."}},
	{accountstore.ErrTooManyDatasets, web.Failure{Status: http.StatusConflict, Code: "too_many_datasets", Title: "Your account is full", Message: fmt.Sprintf("It keeps %d datasets. Delete one first.", accountstore.MaxDatasets)}},
	{accountstore.ErrTooManySlots, web.Failure{Status: http.StatusConflict, Code: "too_many_keys", Title: "There are enough ways in", Message: fmt.Sprintf("An account has %d passkeys and passphrases at most. Remove one first.", accountstore.MaxSlots)}},
	{accountstore.ErrLastSlot, web.Failure{Status: http.StatusConflict, Code: "last_key", Title: "That is the last way in", Message: "Without it, everything your account keeps is lost. Add another passkey or passphrase first, or say that you want to lose it.", Field: "loses_data"}},
	{accountstore.ErrShort, web.Failure{Status: http.StatusBadRequest, Code: "passphrase_short", Title: "That passphrase is too short", Message: fmt.Sprintf("Take %d characters or more.", accountstore.MinPassphrase), Field: "passphrase"}},
	{accountstore.ErrLong, web.Failure{Status: http.StatusBadRequest, Code: "passphrase_long", Title: "That passphrase is too long", Message: fmt.Sprintf("Take %d characters at most.", accountstore.MaxPassphrase), Field: "passphrase"}},
	{accountstore.ErrWeak, web.Failure{Status: http.StatusBadRequest, Code: "passphrase_weak", Title: "That passphrase can be guessed", Message: "It is made of common words, names, dates or patterns. Four or more words that do not belong together do well.", Field: "passphrase"}},
	{accounts.ErrLocked, web.Failure{Status: http.StatusForbidden, Code: "account_locked", Title: "Your account is locked here", Message: "Open it with a passkey or passphrase first."}},
	{accounts.ErrNoData, web.Failure{Status: http.StatusConflict, Code: "no_data", Title: "There is nothing here to keep", Message: "Upload your Spotify data first. The invented listener cannot be kept."}},
	{accounts.ErrUnkept, web.Failure{Status: http.StatusConflict, Code: "unkept_data", Title: "What is open now is not kept", Message: "Opening something else deletes it. Keep it first, or say that it may go.", Field: "discard"}},
	{accounts.ErrDatasetGone, web.Failure{Status: http.StatusGone, Code: "dataset_gone", Title: "That data is no longer here", Message: "It has expired or was deleted. It can be taken off the list."}},
	{accounts.ErrCeremony, web.Failure{Status: http.StatusConflict, Code: "passkey_expired", Title: "That took too long", Message: "A passkey is asked for anew each time, and good for five minutes. Try again."}},
	{accounts.ErrPasskey, web.Failure{Status: http.StatusBadRequest, Code: "passkey_refused", Title: "That passkey cannot be used", Message: "What your browser sent is not what was asked for, or belongs to another site. Try again, or set a passphrase."}},
	{accounts.ErrNoPRF, web.Failure{Status: http.StatusBadRequest, Code: "passkey_without_prf", Title: "That passkey cannot hold a key", Message: "Your device or browser does not know the extension it takes (PRF). Try another device, or set a passphrase.", Field: "prf"}},
	{accounts.ErrName, web.Failure{Status: http.StatusBadRequest, Code: "bad_name", Title: "A name has at least one character", Message: "Choose another one.", Field: "name"}},
	{accounts.ErrBadBody, web.Failure{Status: http.StatusBadRequest, Code: "bad_form", Title: "That form cannot be read", Message: "Send it as the page does, or as a JSON object of texts."}},
	{reelstore.ErrNone, web.Failure{Status: http.StatusNotFound, Code: "no_reel", Title: "There is no such reel", Message: "It was deleted, or it is somebody else’s."}},
	{reel.ErrNoFilm, web.Failure{Status: http.StatusNotFound, Code: "no_film", Title: "There is no film yet", Message: "Stitch the reel first. A film that was not played for long may have given way to others; it is stitched again in a moment."}},
	{reel.ErrThin, web.Failure{Status: http.StatusNotFound, Code: "too_little", Title: "There is too little for that clip", Message: "What is looked at holds too few plays for it. Choose a longer range, or another clip."}},
	{reelstore.ErrTooMany, web.Failure{Status: http.StatusConflict, Code: "too_many_reels", Title: "There are as many reels as are kept", Message: fmt.Sprintf("That is %d. Delete one to make another.", reelstore.MaxReels)}},
	{reel.ErrPrecondition, web.Failure{Status: http.StatusPreconditionFailed, Code: "reel_changed", Title: "That reel is not as you saw it", Message: "It was changed meanwhile, or the request does not name the revision that it changes, in If-Match. Nothing was changed. Look at it again, then make your change."}},
	{reelstore.ErrChanged, web.Failure{Status: http.StatusConflict, Code: "reel_busy", Title: "That reel is being changed", Message: "Somebody else changes it again and again. Nothing was changed; try again.", RetryAfter: 1}},
	{reel.ErrMetered, web.Failure{Status: http.StatusTooManyRequests, Code: "too_many_clips", Title: "Many clips were made for your network", Message: "More than fits into an hour, by you or somebody on the same connection. What has been made can still be watched. Go on in " + waitMark + "."}},
	{pictures.ErrMetered, web.Failure{Status: http.StatusTooManyRequests, Code: "too_many_pictures", Title: "Many pictures were made for your network", Message: "More than fits into an hour, by you or somebody on the same connection. Go on in " + waitMark + "."}},
	{reel.ErrBody, web.Failure{Status: http.StatusBadRequest, Code: "bad_form", Title: "That form cannot be read", Message: "Send it as the page does, or as a JSON object."}},
	{reel.ErrBusy, web.Failure{Status: http.StatusServiceUnavailable, Code: "encoders_busy", Title: "Many clips are being made right now", Message: "There was no room for this one in time. Try again in a few seconds.", RetryAfter: 3}},
	{pictures.ErrThin, web.Failure{Status: http.StatusNotFound, Code: "too_little", Title: "There is too little for that picture", Message: "What is looked at holds too few plays for it. Choose a longer range, or another picture."}},
	{web.ErrRenewing, renewing},
	{web.ErrSessions, web.Failure{Status: http.StatusServiceUnavailable, Code: "sessions_unavailable", Title: "The session store does not answer", Message: "Your session and your data are safe. Try again in a few seconds.", RetryAfter: 5}},
	{bucket.ErrClock, web.Failure{Status: http.StatusServiceUnavailable, Code: "clock_wrong", Title: "The clock of this site is wrong", Message: "So it cannot say what has expired, and deletes nothing. Try again in a minute.", RetryAfter: 60}},
	{bucket.ErrUnavailable, web.Failure{Status: http.StatusServiceUnavailable, Code: "store_unavailable", Title: "The data store does not answer", Message: "Your data is safe. Try again in a few seconds.", RetryAfter: 5}},
	// The temporary folder: a full bucket is ErrUnavailable, which comes first.
	{syscall.ENOSPC, web.Failure{Status: http.StatusServiceUnavailable, Code: "no_room", Title: "There is no room for that right now", Message: "The disk on which uploads are read is full. Nothing was changed. Try again in a minute, with one package at a time.", RetryAfter: 60}},
	{importer.ErrSpool, web.Failure{Status: http.StatusServiceUnavailable, Code: "no_temporary_folder", Title: "Uploads cannot be read right now", Message: "The folder in which this site reads them cannot be used. Nothing was changed. Try again in a few minutes; whoever runs this page finds the cause in its log.", RetryAfter: 300}},
	{context.DeadlineExceeded, web.Failure{Status: http.StatusServiceUnavailable, Code: "timeout", Title: "That took too long", Message: "Nothing was changed. Try again in a few seconds.", RetryAfter: 5}},
}

// renewing is what there is to say while instances are renewed one after the other.
var renewing = web.Failure{Status: http.StatusServiceUnavailable, Code: "renewing", Title: "This site is being renewed", Message: "What you have here was written by a newer version of it than the one that answered. Your session and your data are safe. Try again in half a minute.", RetryAfter: 30}

// waitMark stands in a sentence for how long to wait, which a [web.MeteredError] knows.
const waitMark = "{wait}"

// Describe is the failure that an error is told as.
func (s *Server) Describe(err error) web.Failure { return describe(err) }

// describe finds the failure an error stands for. Unknown errors are 500
// without a word of their cause: that belongs in the log.
func describe(err error) web.Failure {
	if input, ok := errors.AsType[*export.InputError](err); ok {
		f := web.Failure{Code: string(input.Code), Message: words.RefusalSentence(format.Locale{}, input), Field: "files", File: input.File}
		switch input.Fault {
		case export.FaultTooLarge:
			f.Status, f.Title = http.StatusRequestEntityTooLarge, "That is too large"
		case export.FaultUnsupported:
			f.Status, f.Title = http.StatusUnsupportedMediaType, "That is not a file from Spotify"
		default:
			f.Status, f.Title = http.StatusUnprocessableEntity, "That file cannot be used"
		}
		return f
	}
	if field, ok := errors.AsType[*lens.FieldError](err); ok {
		return web.Failure{Status: http.StatusBadRequest, Code: "bad_parameter", Title: "“" + field.Field + "” cannot be used", Message: field.Message, Field: field.Field}
	}
	if refused, ok := errors.AsType[*web.RefusedError](err); ok {
		return describe(&refused.Field)
	}
	if tooBig, ok := errors.AsType[*http.MaxBytesError](err); ok {
		if errors.Is(err, uploads.ErrBadForm) {
			return web.Failure{Status: http.StatusRequestEntityTooLarge, Code: "form_too_large", Title: "That form is too large", Message: "Send it as the page does."}
		}
		return web.Failure{Status: http.StatusRequestEntityTooLarge, Code: "upload_too_large", Title: "That upload is too large", Message: fmt.Sprintf("One upload may have %d MB. Send the packages one after another; they add up. A single ZIP that is larger: unzip it, and choose the JSON files in it, some of them at a time.", tooBig.Limit>>20), Field: "files"}
	}
	if form, ok := errors.AsType[*uploads.FormTooLargeError](err); ok {
		return web.Failure{Status: http.StatusRequestEntityTooLarge, Code: "upload_too_large", Title: "That is too large for one request here", Message: fmt.Sprintf("Without JavaScript this site takes %s in one go. Switch JavaScript on, and the files travel in parts; or unzip the ZIP and choose the JSON files in it, some of them at a time: they add up.", format.Locale{}.Bytes(form.Limit)), Field: "files"}
	}
	if metered, ok := errors.AsType[*web.MeteredError](err); ok {
		f := describe(metered.Of)
		f.RetryAfter = int(math.Ceil(metered.Wait.Seconds()))
		f.Message = strings.Replace(f.Message, waitMark, inWords(f.RetryAfter), 1)
		return f
	}
	if tries, ok := errors.AsType[*accountstore.TooManyAttemptsError](err); ok {
		seconds := int(math.Ceil(tries.Wait.Seconds()))
		return web.Failure{Status: http.StatusTooManyRequests, Code: "too_many_passphrases", Title: "Too many wrong passphrases", Message: "So that nobody can try them all, there is a pause now. Go on in " + inWords(seconds) + ", or use a passkey.", RetryAfter: seconds}
	}
	if protocol, ok := errors.AsType[*upload.ProtocolError](err); ok {
		return web.Failure{Status: protocol.Status, Code: "bad_upload_request", Title: "That upload request cannot be used", Message: protocol.Message}
	}
	for i := range failures {
		if errors.Is(err, failures[i].err) {
			return failures[i].Failure
		}
	}
	if he, ok := errors.AsType[*echo.HTTPError](err); ok {
		switch he.Code {
		case http.StatusNotFound:
			return web.Failure{Status: he.Code, Code: "not_found", Title: "There is no such page", Message: "The address is wrong, or the page has moved."}
		case http.StatusMethodNotAllowed:
			return web.Failure{Status: he.Code, Code: "method_not_allowed", Title: "That does not work here", Message: "This address does not take that kind of request."}
		}
		if he.Code >= 400 && he.Code < 500 {
			return web.Failure{Status: he.Code, Code: "bad_request", Title: "That request cannot be used", Message: http.StatusText(he.Code) + "."}
		}
	}
	return web.Failure{Status: http.StatusInternalServerError, Code: "internal", Title: "Something went wrong on our side", Message: "Nothing you stored is lost. Try again; if it happens again, tell whoever runs this page the number below."}
}

// inWords is a short time to wait.
func inWords(seconds int) string {
	if seconds < 90 {
		return format.Locale{}.Count(seconds, "second", "seconds")
	}
	return format.Locale{}.Count((seconds+59)/60, "minute", "minutes")
}
