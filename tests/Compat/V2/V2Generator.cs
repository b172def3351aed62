// Random v2 requests over few enough keys that they meet: most make sense, some are nonsense in one
// field or another. The same seed gives the same requests.
namespace Compat.V2;

/// <summary>Makes requests up.</summary>
internal sealed class V2Generator(int seed)
{
    private static readonly string[] Names = ["a", "b", "c", "_h", "x%20y", "%C3%BC", "%EF%BF%BD", "%F0%9F%98%80"];

    private static readonly string[] Values =
        ["1", "2", "", "a+b", "%3Cb%3E%26amp", "%22q%22%5C", "%E2%80%A8", "%FF%C3", "%00%01%7F", "line%0Abreak%09", "long-" + new string('v', 300)];

    private static readonly string[] BadFlags = ["", "2", "yes", "TRUe"];

    private static readonly string[] Truths = ["true", "1", "t", "T", "True", "TRUE"];

    private static readonly string[] Lies = ["false", "0", "F"];

    private readonly Random _random = new(seed);

    /// <summary>A path of one to four names, now and then the root.</summary>
    public string Path()
    {
        var depth = _random.Next(20) == 0 ? 0 : 1 + _random.Next(_random.Next(1, 5));
        return string.Concat(Enumerable.Range(0, depth).Select(_ => "/" + Names[_random.Next(Names.Length)]));
    }

    public int Next(int below) => _random.Next(below);

    /// <summary>A request that answers at once.</summary>
    /// <param name="index">The store index now.</param>
    public V2Request Next(ulong index)
    {
        var method = _random.Next(100) switch
        {
            < 22 => "GET",
            < 25 => "HEAD",
            < 70 => "PUT",
            < 80 => "POST",
            < 98 => "DELETE",
            < 99 => "PATCH",
            _ => "OPTIONS",
        };
        List<string> fields = method switch
        {
            "GET" or "HEAD" => Some(("recursive", 3), ("sorted", 3), ("quorum", 8)),
            "PUT" => [.. PutFields(index)],
            "POST" => [.. Some(("dir", 8)), .. Value(), .. Ttl()],
            "DELETE" => [.. Some(("dir", 3), ("recursive", 4)), .. Compare(index, 5)],
            _ => [],
        };
        if (_random.Next(25) == 0)
        {
            fields.Add(Nonsense());
        }

        return Dress(method, $"/v2/keys{OddPath()}", fields);
    }

    /// <summary>A boolean field.</summary>
    private string Flag(string name) =>
        $"{name}={(_random.Next(5) == 0 ? Lies[_random.Next(Lies.Length)] : Truths[_random.Next(Truths.Length)])}";

    private List<string> Some(params (string Name, int OneIn)[] flags) =>
        [.. flags.Where(flag => _random.Next(flag.OneIn) == 0).Select(flag => Flag(flag.Name))];

    private IEnumerable<string> PutFields(ulong index)
    {
        if (_random.Next(12) == 0)
        {
            return [$"ttl={1000 + _random.Next(500)}", "refresh=true", .. Some(("prevExist", 2)), .. Compare(index, 6)];
        }

        return
        [
            .. Some(("dir", 7), ("noValueOnSuccess", 8)),
            .. Value(),
            .. Ttl(),
            .. _random.Next(4) == 0 ? [Flag("prevExist")] : Array.Empty<string>(),
            .. Compare(index, 5),
        ];
    }

    private string[] Value() => _random.Next(8) == 0 ? [] : [$"value={Values[_random.Next(Values.Length)]}"];

    private string[] Ttl() => _random.Next(6) switch
    {
        0 => [$"ttl={1000 + _random.Next(500)}"],
        1 when _random.Next(3) == 0 => ["ttl="],
        _ => [],
    };

    private IEnumerable<string> Compare(ulong index, int oneIn)
    {
        if (_random.Next(oneIn) == 0)
        {
            yield return $"prevValue={Values[_random.Next(4)]}";
        }

        if (_random.Next(oneIn) == 0)
        {
            yield return $"prevIndex={Math.Max(0, (long)index - _random.Next(12))}";
        }
    }

    private string Nonsense() => _random.Next(16) switch
    {
        0 => "prevIndex=x",
        1 => "prevIndex=",
        2 => "prevIndex=18446744073709551616",
        3 => "waitIndex=-1",
        4 => $"recursive={BadFlags[_random.Next(BadFlags.Length)]}",
        5 => $"sorted={BadFlags[_random.Next(BadFlags.Length)]}",
        6 => $"dir={BadFlags[_random.Next(BadFlags.Length)]}",
        7 => $"stream={BadFlags[_random.Next(BadFlags.Length)]}",
        8 => $"noValueOnSuccess={BadFlags[_random.Next(BadFlags.Length)]}",
        9 => $"prevExist={BadFlags[_random.Next(BadFlags.Length)]}",
        10 => $"refresh={BadFlags[_random.Next(BadFlags.Length)]}",
        11 => "ttl=1.5",
        12 => "ttl=+5",
        13 => "prevValue=",
        14 => "a;b=c",
        _ => "x=%4",
    };

    private string OddPath() => _random.Next(40) switch
    {
        0 => Path() + "/",
        1 => Path().Replace("/a", "//a", StringComparison.Ordinal),
        2 => Path() + "%2Fa",
        3 => Path() + "/./b",
        4 => "/a/../" + Path().TrimStart('/'),
        _ => Path(),
    };

    /// <summary>Fields go into the query, or into a form for the methods that read one.</summary>
    private V2Request Dress(string method, string path, List<string> fields)
    {
        var hasForm = method is "PUT" or "POST" && _random.Next(2) == 0;
        var inForm = hasForm ? fields.Where(_ => _random.Next(10) > 0).ToList() : [];
        var inQuery = fields.Except(inForm).ToList();
        var target = inQuery.Count > 0 ? $"{path}?{string.Join('&', inQuery)}" : path;
        var type = _random.Next(50) == 0 ? "text/plain" : null;
        return new V2Request(method, target, hasForm ? string.Join('&', inForm) : null, type);
    }
}
