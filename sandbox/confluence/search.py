"""Search over the first version of the API: /wiki/rest/api/search?cql=."""

from sandbox.clock import iso_z
from sandbox.confluence.call import Answer, Call, Json, wrong
from sandbox.confluence.cql import ORDERS, read_cql
from sandbox.confluence.render import webui
from sandbox.confluence.state import Page, Space, plain

EXCERPT = 300


def search(call: Call) -> Answer:
    """GET search: cql, limit, cursor; the newest first unless the query says otherwise."""
    cql = call.query.get("cql", "")
    if not cql.strip():
        raise wrong("The cql parameter is required")
    query, spaces = read_cql(cql), call.state.spaces
    found = [page for page in call.state.readable(call.account.account_id) if query.test(page, spaces[page.space])]
    by = ORDERS[query.order or "lastmodified"]
    found.sort(key=by, reverse=query.backwards or query.order is None)  # type: ignore[arg-type]  # each order has one type
    start, end, more = call.cut(found)
    results = [_result(page, spaces[page.space]) for page in found[start:end]]
    links = {"base": call.base, "context": "/wiki", "self": f"{call.base}/rest/api/search"}
    links |= {"next": f"/rest/api/search?{more}"} if more else {}
    counted = {"start": start, "limit": end - start, "size": len(results), "totalSize": len(found)}
    return 200, {"results": results, **counted, "cqlQuery": cql, "searchDuration": 1, "_links": links}


def _result(page: Page, space: Space) -> Json:
    links = {"webui": webui(page, space)}
    content = {"id": str(page.id), "type": "page", "status": page.status, "title": page.now.title, "_links": links}
    return {
        "content": content,
        "title": page.now.title,
        "excerpt": plain(page.now.body)[:EXCERPT],
        "url": webui(page, space),
        "resultGlobalContainer": {"title": space.name, "displayUrl": f"/spaces/{space.key}"},
        "breadcrumbs": [],
        "entityType": "content",
        "iconCssClass": "aui-icon content-type-page",
        "lastModified": iso_z(page.now.at),
        "friendlyLastModified": page.now.at.strftime("%b %d, %Y"),
        "score": 0.0,
    }
