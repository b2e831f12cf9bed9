"""The organisation tree: what an org is, its dated lines of ancestors, and how it changes."""

from app.domain.orgs.changes import (
    add_org,
    close_org,
    correct_type,
    follow_lines,
    line_of,
    move_org,
    rename_org,
    retype_org,
)
from app.domain.orgs.model import (
    DOMAINS,
    KINDS,
    Org,
    OrgLine,
    OrgLineAncestor,
    OrgName,
    lines_in,
    subtree_ids,
    subtree_lines,
)
from app.domain.orgs.questions import (
    OrgNode,
    all_orgs,
    ancestors_of,
    children_of,
    find_org,
    find_org_in,
    is_within,
    names_of,
    one_org_named,
    org_of_line,
    org_or_none,
    root_or_none,
    search_orgs,
    subtree_of,
    tree_of,
    types_before,
)

__all__ = [
    "DOMAINS", "KINDS", "Org", "OrgLine", "OrgLineAncestor", "OrgName", "OrgNode", "add_org",
    "all_orgs", "ancestors_of", "children_of", "close_org", "correct_type", "find_org", "find_org_in", "follow_lines", "is_within",
    "line_of", "lines_in", "move_org", "names_of", "one_org_named", "org_of_line", "org_or_none", "rename_org", "retype_org", "root_or_none", "search_orgs",
    "subtree_ids", "subtree_lines", "subtree_of", "tree_of", "types_before",
]  # fmt: skip
