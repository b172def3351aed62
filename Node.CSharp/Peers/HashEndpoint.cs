// GET /members/hashkv: how members compare their data (etcd-facts §3.2, N12).
using System.Text.Json;
using Kv.Node.Grpc;
using Microsoft.AspNetCore.Http;

namespace Kv.Node.Peers;

/// <summary>Hashes, for other members.</summary>
internal sealed class HashEndpoint(PeerServerContext context, PeerGate gate)
{
    private const int RequestBytesMax = 1024;

    /// <summary>Answers with the hash at the revision in the body.</summary>
    public async Task HashAsync(HttpContext http)
    {
        if (await gate.AdmitMemberAsync(http) == 0)
        {
            return;
        }

        try
        {
            if (http.Request.ContentLength is not (> 0 and <= RequestBytesMax))
            {
                throw new JsonException();
            }

            var question = await PeerDocuments.ReadAsync(
                http.Request.Body, PeerJson.Default.HashQuestion, http.RequestAborted) ?? throw new JsonException();
            var hash = await context.Hash(question.Revision, http.RequestAborted);
            http.Response.ContentType = "application/json";
            await JsonSerializer.SerializeAsync(
                http.Response.Body, HashDocument.Of(hash), PeerJson.Default.HashDocument, http.RequestAborted);
        }
        catch (JsonException)
        {
            await gate.RefuseAsync(http, StatusCodes.Status400BadRequest, "the body is no question for a hash");
        }
        catch (EtcdException error)
        {
            http.Response.StatusCode = StatusCodes.Status400BadRequest;
            await http.Response.WriteAsync(error.Message + "\n", http.RequestAborted);
        }
    }
}
