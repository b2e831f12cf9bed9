"""Who did what: the actor abstraction, and the append-only trail of staff and desk acts."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import JSON, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app import clock
from app.db import Instant, db
from app.words import N_


@dataclass(frozen=True)
class Actor:
    """Whoever acts: kind staff | desk | phone | api | system, the row's id, a name for the trail."""

    kind: str
    id: int | None = None
    name: str = ""


SYSTEM = Actor("system", None, "系统")
# The kinds of actors, as the trail's reader calls them.
ACTORS = {
    "staff": N_("账号"), "desk": N_("签到台"), "phone": N_("手机"), "api": N_("扫码枪"),
    "system": N_("系统"),
}  # fmt: skip

# Each act with exactly the facts it must carry.
ACTS = {
    "setup_done": (N_("完成初始设置"), {"org"}),
    "setup_step_done": (N_("做完设置的一步"), {"step"}),
    "setup_step_later": (N_("设置的一步先放着"), {"step"}),
    "signed_in": (N_("登录"), set()),
    "password_changed": (N_("修改密码"), set()),
    "staff_added": (N_("开通账号"), {"staff", "role", "org"}),
    "staff_invited": (N_("发出开通链接"), {"staff", "role", "org"}),
    "staff_changed": (N_("修改账号"), {"staff", "changes"}),
    "staff_closed": (N_("停用账号"), {"staff"}),
    "staff_reset": (N_("重发登录链接"), {"staff"}),
    "sessions_revoked": (N_("退出其他设备"), {"count"}),
    "org_added": (N_("新建组织"), {"org", "parent"}),
    "org_renamed": (N_("组织改名"), {"org", "before", "on"}),
    "org_moved": (N_("组织调整隶属"), {"org", "before", "after", "on"}),
    "org_closed": (N_("组织撤销"), {"org", "on"}),
    "org_retyped": (N_("组织改类别或领域"), {"org", "changes", "on"}),
    "org_type_corrected": (N_("更正组织的类别或领域"), {"org", "changes"}),
    "roster_applied": (N_("导入花名册"), {"file", "new", "changed", "moved", "left", "day"}),
    "orgs_applied": (N_("导入组织树"), {"file", "new", "changed", "moved"}),
    "event_published": (N_("发布活动"), {"event"}),
    "event_drafted": (N_("存活动草稿"), {"event"}),
    "event_edited": (N_("修改活动"), {"event", "changes"}),
    "event_cancelled": (N_("取消活动"), {"event", "reason"}),
    "event_withdrawn": (N_("撤回活动"), {"event"}),
    "occurrence_added": (N_("加一场"), {"event", "occurrence"}),
    "occurrence_edited": (N_("修改场次"), {"event", "occurrence", "changes"}),
    "occurrence_cancelled": (N_("取消一场"), {"event", "occurrence", "reason"}),
    "checkin_closed": (N_("结束签到"), {"event", "occurrence"}),
    "checkin_extended": (N_("延长签到"), {"event", "occurrence", "until"}),
    "ticked": (N_("代为签到"), {"event", "occurrence", "person"}),
    "let_in": (N_("破例签到"), {"event", "occurrence", "person", "reason", "refusal"}),
    "checkin_voided": (N_("撤销签到"), {"event", "occurrence", "person", "reason"}),
    "seat_given": (
        N_("定席位"),
        {"event", "occurrence", "person", "org", "substitute"},
    ),
    "role_given": (
        N_("改角色"),
        {"event", "occurrence", "person", "role_before", "role_after"},
    ),
    "checkin_restored": (N_("恢复签到"), {"event", "occurrence", "person"}),
    "checked_out": (N_("代为签退"), {"event", "occurrence", "person"}),
    "closed_out": (N_("结算没签退的"), {"event", "occurrence", "people"}),
    "leave_noted": (N_("记请假"), {"event", "occurrence", "person", "leave", "reason"}),
    "leave_declined": (N_("不同意请假"), {"event", "occurrence", "person"}),
    "leave_withdrawn": (N_("撤回请假"), {"event", "occurrence", "person"}),
    "hours_granted": (
        N_("认定时长"),
        {"event", "occurrence", "person", "before", "minutes", "proposed", "reason"},
    ),
    "doubts_found": (N_("查出要核对的签到"), {"event", "occurrence", "number"}),
    "review_accepted": (N_("核对：是本人"), {"event", "person", "reasons"}),
    "review_kept": (N_("核对：照原样保留"), {"event", "person", "reasons"}),
    "review_rejected": (N_("核对：不是本人"), {"event", "person", "reason"}),
    "exported": (N_("导出"), {"what", "rows"}),
    "phone_shown": (N_("查看完整手机号"), {"person"}),
    "person_edited": (N_("修改人员"), {"person", "changes"}),
    "consent_recorded": (N_("登记监护人同意"), {"person"}),
    "code_renewed": (N_("换码"), {"event"}),
    "screen_opened": (N_("生成投屏链接"), {"event"}),
    "screen_paired": (N_("配对大屏"), {"event", "occurrence"}),
    "screen_unpaired": (N_("取消大屏配对"), {"event", "occurrence"}),
    "venue_added": (N_("新建青年之家"), {"venue"}),
    "venue_edited": (N_("修改青年之家"), {"venue", "changes"}),
    "venue_closed": (N_("停用青年之家"), {"venue", "on"}),
    "venue_reopened": (N_("重新启用青年之家"), {"venue"}),
    "staff_handed_over": (N_("移交账号"), {"staff", "successor"}),
    "handover_started": (N_("发出移交链接"), {"staff", "successor"}),
    "invitation_revoked": (N_("收回开通链接"), {"staff"}),
    "reach_tested": (N_("测试手机能否打开"), {"address"}),
    "reach_chosen": (N_("选择手机怎样打开"), {"mode", "address"}),
    "backup_made": (N_("做备份"), {"how", "size_bytes"}),
    "backup_restored": (N_("用备份恢复"), {"made_at"}),
    "event_recorded_late": (N_("补记活动"), {"event", "reason"}),
    "roster_undone": (N_("撤回导入"), {"file", "people"}),
    "corrected": (N_("更正"), {"kind", "correction", "reason"}),
    "correction_undone": (N_("撤回更正"), {"kind", "correction", "reason"}),
    "heads_counted": (N_("清点人数"), {"event", "occurrence", "org", "before", "number"}),
    "headcount_voided": (N_("撤销清点"), {"event", "occurrence", "org", "before"}),
    "roll_called": (N_("点名抽签"), {"event", "occurrence", "number"}),
    "roll_answered": (N_("记下点名"), {"event", "occurrence", "here", "away"}),
    "hall_counted": (N_("数人头"), {"event", "occurrence", "before", "number"}),
    "desk_opened": (N_("开签到台"), {"event", "desk"}),
    "desk_pin_renewed": (N_("换签到台口令"), {"event", "desk"}),
    "desk_revoked": (N_("停用签到台"), {"event", "desk"}),
    "events_told_apart": (N_("标明两个活动不是重复"), {"event", "twin", "reason"}),
    "events_apart_withdrawn": (N_("收回不是重复"), {"event", "twin"}),
    "told_apart": (N_("标明是两个人"), {"one", "other"}),
    "scanner_made": (N_("做扫码枪令牌"), {"scanner"}),
    "scanner_revoked": (N_("停用扫码枪"), {"scanner"}),
    "tally_made": (N_("登记手工数"), {"org", "unit", "number"}),
    "tally_corrected": (N_("更正手工数"), {"org", "unit", "changes"}),
    "tally_voided": (N_("撤销手工数"), {"org", "unit", "number", "reason"}),
    "service_made": (N_("登记服务"), {"org", "service", "number"}),
    "service_corrected": (N_("更正服务记录"), {"org", "service", "changes"}),
    "service_voided": (N_("撤销服务记录"), {"org", "service", "number", "reason"}),
    "honours_made": (N_("登记荣誉"), {"org", "honour", "number"}),
    "honour_corrected": (N_("更正荣誉"), {"org", "honour", "changes"}),
    "honour_voided": (N_("撤销荣誉"), {"org", "honour", "reason"}),
    "ledger_loaded": (N_("装入台账"), {"file", "rows"}),
    "period_signed": (N_("定稿"), {"org", "period", "report", "digest", "unsigned"}),
    "period_reopened": (N_("重新打开定稿"), {"org", "period", "report", "reason"}),
    "sample_drawn": (N_("抽样"), {"org", "report", "number", "seed"}),
    "sample_opened": (N_("看抽样的全名"), {"org", "report", "sample", "reason"}),
    "card_made": (N_("做个人卡"), {"person"}),
    "card_shown": (N_("查看或打印个人卡"), {"person"}),
    "card_revoked": (N_("作废个人卡"), {"person"}),
    "blank_kept": (N_("留下套表"), {"file"}),
    "blank_voided": (N_("停用套表"), {"file"}),
    "sentence_written": (N_("改总结里的一句"), {"sentence", "language", "before", "after"}),
    "sentence_left_out": (N_("不用总结里的一句"), {"sentence", "language", "before"}),
    "sentence_restored": (N_("恢复总结里的一句"), {"sentence", "language", "before"}),
    "sentence_added": (N_("加总结里的一句"), {"sentence", "language", "after"}),
    "sentence_moved": (N_("挪总结里的一句"), {"sentence", "language", "place"}),
    "evidence_attached": (N_("加附件"), {"event", "file", "original"}),
    "evidence_voided": (N_("撤销附件"), {"event", "file", "reason"}),
    "study_list_read": (N_("读入参学名单"), {"issue", "file", "rows", "people"}),
    "study_line_matched": (N_("核对参学名单的一行"), {"issue", "row", "person"}),
    "study_list_voided": (N_("撤销参学名单"), {"issue", "file", "reason"}),
}


class AuditEntry(db.Model):
    """One act. The database refuses UPDATE and DELETE on this table (trigger)."""

    __table_args__ = (
        Index(None, "org_id", "at"), Index(None, "subject", "at"),
        Index(None, "person", "at"), Index(None, "actor_kind", "actor_id", "at"),
    )  # fmt: skip
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant)
    actor_kind: Mapped[str] = mapped_column(String(8))
    actor_id: Mapped[int | None]
    actor_name: Mapped[str] = mapped_column(String(80))
    act: Mapped[str] = mapped_column(String(40))
    org_id: Mapped[int | None]  # the org whose scope it belongs to
    subject: Mapped[str | None] = mapped_column(String(40))  # such as event:12
    person: Mapped[str | None] = mapped_column(String(12))  # the code of whom it speaks of
    facts: Mapped[dict] = mapped_column(JSON)


def record(act: str, *, by: Actor, org_id: int | None = None, subject: str | None = None, **facts):
    """Write one line of the trail inside the caller's transaction; ValueError for wrong facts."""
    if facts.keys() != ACTS[act][1]:
        raise ValueError(f"{act} needs {sorted(ACTS[act][1])}, got {sorted(facts)}")
    db.session.add(
        AuditEntry(
            at=clock.now(), actor_kind=by.kind, actor_id=by.id, actor_name=by.name,
            act=act, org_id=org_id, subject=subject, person=facts.get("person"), facts=facts,
        )
    )  # fmt: skip
