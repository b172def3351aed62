// URLs of members, by etcd's rules: scheme, host and port, nothing else; and the two list forms they
// come in. The text is kept as written because member ids are hashes of it.
namespace Kv.Node.Options;

/// <summary>Parses and prints lists of member URLs.</summary>
internal static class UrlList
{
    /// <summary>Comma-separated URLs, at least one, no two alike.</summary>
    /// <exception cref="FormatException">One is not a member URL.</exception>
    public static IReadOnlyList<Uri> Parse(string text)
    {
        var urls = text.Split(',').Select(ParseOne).ToArray();
        RequireDistinct(urls);
        return urls;
    }

    /// <summary>Comma-separated <c>name=url</c> pairs; a name with several URLs is repeated.</summary>
    /// <exception cref="FormatException">A pair is malformed, or two URLs are alike.</exception>
    public static IReadOnlyList<InitialMember> ParseCluster(string text)
    {
        var order = new List<string>();
        var urlsByName = new Dictionary<string, List<Uri>>(StringComparer.Ordinal);
        foreach (var pair in text.Split(','))
        {
            var split = pair.IndexOf('=');
            if (split <= 0 || pair[..split].Trim().Length == 0)
            {
                throw new FormatException($"expected name=url pairs separated by commas; \"{pair.Trim()}\" is none");
            }

            var name = pair[..split].Trim();
            if (!urlsByName.TryGetValue(name, out var urls))
            {
                urlsByName.Add(name, urls = []);
                order.Add(name);
            }

            urls.Add(ParseOne(pair[(split + 1)..]));
        }

        RequireDistinct(urlsByName.Values.SelectMany(urls => urls));
        return order.ConvertAll(name => new InitialMember(name, urlsByName[name]));
    }

    /// <summary>The URLs as the operator wrote them, separated by commas.</summary>
    public static string Show(IEnumerable<Uri> urls) => string.Join(',', urls.Select(url => url.OriginalString));

    /// <summary>The members in the form <see cref="ParseCluster"/> reads.</summary>
    public static string ShowCluster(IEnumerable<InitialMember> members) =>
        string.Join(',', members.SelectMany(m => m.PeerUrls.Select(url => $"{m.Name}={url.OriginalString}")));

    /// <summary>The texts of a member's URLs as they are stored: sorted.</summary>
    /// <returns>Null unless there is at least one and all are member URLs.</returns>
    public static string[]? Canonical(IReadOnlyCollection<string> texts)
    {
        try
        {
            return texts.Count == 0
                ? null
                : [.. texts.Select(text => ParseOne(text).OriginalString).Distinct().Order(StringComparer.Ordinal)];
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static Uri ParseOne(string text)
    {
        text = text.Trim();
        var schemeEnd = text.IndexOf("://", StringComparison.Ordinal);
        if (schemeEnd < 0 || text[..schemeEnd] is not ("http" or "https"))
        {
            throw Unusable(text, "does not start with http:// or https://");
        }

        var authority = text[(schemeEnd + 3)..];
        if (authority.AsSpan().IndexOfAny("/?#@") >= 0)
        {
            throw Unusable(text, "has more than host and port");
        }

        var portStart = authority.LastIndexOf(':') + 1;
        if (portStart <= 0 || portStart == authority.Length || !authority[portStart..].All(char.IsAsciiDigit))
        {
            throw Unusable(text, "has no port");
        }

        return Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Host.Length > 0
            ? url
            : throw Unusable(text, "has no valid host and port");
    }

    private static void RequireDistinct(IEnumerable<Uri> urls)
    {
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var url in urls)
        {
            if (!seen.Add(url.OriginalString))
            {
                throw new FormatException($"duplicate URL {url.OriginalString}");
            }
        }
    }

    private static FormatException Unusable(string text, string problem) =>
        new($"expected URLs such as http://10.0.0.1:2380; \"{text}\" {problem}");
}
