package app

import "strings"

// platform is where the program finds itself, and what it is to know of it.
type platform struct {
	name string
	// variables are those whose presence means the platform, separated by spaces.
	variables string
	// sleeps: the process gets no CPU between requests. Nothing may rely on what it
	// does there, or take up a request's time with it.
	sleeps bool
	// requestBytes is the largest request that is passed on; 0 stands for no limit
	// to speak of.
	requestBytes int64
	// requestIDHeader names the header under which the platform's own log knows a
	// request; "" for X-Request-Id.
	requestIDHeader string
	// addressHeader names the header whose last entry is the address of a client,
	// written by the platform itself; "" where the connection tells it.
	addressHeader string
}

var (
	noPlatform platform

	vercel = platform{
		name: "Vercel", variables: "VERCEL", sleeps: true, requestBytes: lambdaBytes,
		requestIDHeader: "X-Vercel-Id", addressHeader: "X-Vercel-Forwarded-For",
	}
	// On Lambda the invocation tells the address and the ID of a request.
	lambda = platform{
		name: "AWS Lambda", variables: "AWS_LAMBDA_FUNCTION_NAME AWS_LAMBDA_RUNTIME_API", sleeps: true, requestBytes: lambdaBytes,
	}
	azureFunctions = platform{
		name: "Azure Functions", variables: "FUNCTIONS_WORKER_RUNTIME FUNCTIONS_CUSTOMHANDLER_PORT", requestBytes: 100_000_000,
		requestIDHeader: "X-Azure-Functions-InvocationId", addressHeader: "X-Forwarded-For",
	}
	cloudRun = platform{
		name: "Cloud Run", variables: "K_SERVICE", sleeps: true, requestBytes: 32_000_000, // over HTTP/1
		requestIDHeader: "X-Cloud-Trace-Context", addressHeader: "X-Forwarded-For",
	}
)

// lambdaBytes: Lambda's 6 MB are text, and a file travels in base64.
const lambdaBytes = 4_500_000

func (e *environment) platform() platform {
	// Vercel runs functions on Lambda and passes its variables on, so it comes first.
	for _, p := range []platform{vercel, lambda, azureFunctions, cloudRun} {
		for variable := range strings.FieldsSeq(p.variables) {
			if e.text(variable) != "" {
				return p
			}
		}
	}
	return noPlatform
}
