package app

// platform is where the program finds itself.
type platform string

const (
	noPlatform     platform = ""
	vercel         platform = "Vercel"
	lambda         platform = "AWS Lambda"
	azureFunctions platform = "Azure Functions"
	cloudRun       platform = "Cloud Run"
)

// signs tell platforms apart, in this order: Vercel runs functions on Lambda
// and passes its variables on.
var signs = []struct {
	variable string
	platform platform
}{
	{"VERCEL", vercel},
	{"AWS_LAMBDA_FUNCTION_NAME", lambda},
	{"AWS_LAMBDA_RUNTIME_API", lambda},
	{"FUNCTIONS_WORKER_RUNTIME", azureFunctions},
	{"FUNCTIONS_CUSTOMHANDLER_PORT", azureFunctions},
	{"K_SERVICE", cloudRun},
}

func (e *environment) platform() platform {
	for _, sign := range signs {
		if e.text(sign.variable) != "" {
			return sign.platform
		}
	}
	return noPlatform
}

// sleeps reports whether the process gets no CPU between requests. Nothing may
// rely on what it does there, or take up a request's time with it.
func (p platform) sleeps() bool { return p == vercel || p == lambda || p == cloudRun }

// requestBytes is the largest request that the platform passes on; 0 stands for
// no limit to speak of.
func (p platform) requestBytes() int64 {
	switch p {
	case vercel, lambda: // Lambda's 6 MB are text, and a file travels in base64
		return 4_500_000
	case cloudRun: // over HTTP/1
		return 32_000_000
	case azureFunctions:
		return 100_000_000
	default:
		return 0
	}
}

// requestIDHeader names the header under which the platform's own log knows a
// request.
func (p platform) requestIDHeader() string {
	switch p {
	case vercel:
		return "X-Vercel-Id"
	case azureFunctions:
		return "X-Azure-Functions-InvocationId"
	case cloudRun:
		return "X-Cloud-Trace-Context"
	default:
		return "X-Request-Id" // on Lambda it comes with the invocation
	}
}

// addressHeader names the header whose last entry is the address of a client,
// written by the platform itself.
func (p platform) addressHeader() string {
	switch p {
	case vercel:
		return "X-Vercel-Forwarded-For"
	case azureFunctions, cloudRun:
		return "X-Forwarded-For"
	default:
		return "" // on Lambda the invocation says it
	}
}
