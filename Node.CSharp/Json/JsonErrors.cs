// Errors as the gateway shows them: HTTP status by gRPC code, and a body that clients of old and of
// new releases understand (etcd-facts §1.2, §2.2).
using System.Buffers;
using System.Text.Json;
using Grpc.Core;
using Microsoft.AspNetCore.WebUtilities;

namespace Kv.Node.Json;

/// <summary>The JSON form of errors.</summary>
internal static class JsonErrors
{
    public const string ContentType = "application/json";

    /// <summary>A body that could not be read as a request.</summary>
    public static RpcException Malformed(ProtoJsonException error) =>
        new(new Status(StatusCode.InvalidArgument, error.Message), error.Message);

    /// <summary>The HTTP status of a gRPC code.</summary>
    public static int HttpStatus(StatusCode code) => code switch
    {
        StatusCode.OK => StatusCodes.Status200OK,
        StatusCode.Cancelled => StatusCodes.Status499ClientClosedRequest,
        StatusCode.InvalidArgument or StatusCode.FailedPrecondition or StatusCode.OutOfRange =>
            StatusCodes.Status400BadRequest,
        StatusCode.DeadlineExceeded => StatusCodes.Status504GatewayTimeout,
        StatusCode.NotFound => StatusCodes.Status404NotFound,
        StatusCode.AlreadyExists or StatusCode.Aborted => StatusCodes.Status409Conflict,
        StatusCode.PermissionDenied => StatusCodes.Status403Forbidden,
        StatusCode.Unauthenticated => StatusCodes.Status401Unauthorized,
        StatusCode.ResourceExhausted => StatusCodes.Status429TooManyRequests,
        StatusCode.Unimplemented => StatusCodes.Status501NotImplemented,
        StatusCode.Unavailable => StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status500InternalServerError,
    };

    /// <summary>Answers a unary request with an error.</summary>
    /// <param name="response">The response, not started.</param>
    /// <param name="code">gRPC code.</param>
    /// <param name="message">etcd's text.</param>
    public static async Task WriteAsync(HttpResponse response, StatusCode code, string message)
    {
        var body = new ArrayBufferWriter<byte>();
        using (var json = ProtoJsonWriter.Create(body))
        {
            WriteError(json, code, message);
        }

        response.StatusCode = HttpStatus(code);
        response.ContentType = ContentType;
        response.ContentLength = body.WrittenCount;
        await response.BodyWriter.WriteAsync(body.WrittenMemory);
    }

    /// <summary>Writes the value that ends a stream with an error.</summary>
    public static void WriteStreamError(Utf8JsonWriter json, StatusCode code, string message)
    {
        var httpStatus = HttpStatus(code);
        json.WriteStartObject();
        json.WriteStartObject("error");
        json.WriteNumber("grpc_code", (int)code);
        json.WriteNumber("http_code", httpStatus);
        json.WriteString("http_status", ReasonPhrases.GetReasonPhrase(httpStatus));
        WriteCommon(json, code, message);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>Writes the value a unary request is refused with.</summary>
    public static void WriteError(Utf8JsonWriter json, StatusCode code, string message)
    {
        json.WriteStartObject();
        json.WriteString("error", message);
        WriteCommon(json, code, message);
        json.WriteEndObject();
    }

    private static void WriteCommon(Utf8JsonWriter json, StatusCode code, string message)
    {
        json.WriteNumber("code", (int)code);
        json.WriteString("message", message);
        json.WriteStartArray("details");
        json.WriteEndArray();
    }
}
