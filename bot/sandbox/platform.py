"""The emulated WeChat as people use it: each verb is something that one does on a phone."""

from flask import Flask

from bot.sandbox import media, pushes
from bot.sandbox.api import make_api
from bot.sandbox.ground import Ground
from bot.sandbox.phones import Message, Phone, find_item, mini_openid
from bot.sandbox.windows import Opener
from bot.sandbox.words import Item

EXPIRED = "二维码已过期"
#: What the platform pushes in place of a sticker.
UNSHOWN = "【收到不支持的消息类型，暂无法显示】"


class Platform(Ground):
    """What people do; most verbs return what the account answered at once."""

    def api(self) -> Flask:
        """The stand-in for api.weixin.qq.com."""
        return make_api(self)

    def add_phone(
        self,
        account: str,
        openid: str,
        name: str,
        *,
        unionid: str = "",
        about: str = "",
        following: bool = False,
    ) -> Phone:
        """A person's phone; with `following` as if she had followed long ago, nothing is pushed."""
        with self.lock:
            if account not in self.accounts:
                raise LookupError(f"no account {account}")
            phone = self.phones.add(account, openid, name, unionid)
            phone.about = about or phone.about
            if following and not phone.following:
                phone.following, phone.followed_at = True, self.now().timestamp()
            self.phones.keep(phone)
            return phone

    def remove_phone(self, openid: str) -> None:
        with self.lock:
            self.windows.close(openid)
            self.phones.remove(openid)

    def messages(self, openid: str) -> list[Message]:
        """The chat, oldest first."""
        with self.lock:
            return list(self.phones.get(openid).messages)

    def follow(self, openid: str, code: str | None = None) -> tuple[Message, ...]:
        """Follow the account, perhaps by the QR code of that scene."""
        with self.lock:
            phone = self.phones.get(openid)
            if phone.following:
                return self.scan(openid, code) if code else ()
            if self._is_expired(phone, code):
                return (self.notice(phone, EXPIRED),)
            phone.following, phone.followed_at = True, self.now().timestamp()
            phone.scene = code or ""
            self.windows.open(openid, "follow", self.now())
            key = f"qrscene_{code}" if code else ""
            parts = pushes.event("subscribe", key, self._ticket(phone, code))
            push = self.event(phone, parts, "关注了公众号" + (f"（扫码 {code}）" if code else ""))
        return self.carry(push)

    def unfollow(self, openid: str) -> None:
        with self.lock:
            phone = self.speaker(openid)
            phone.following = False
            self.windows.close(openid)
            push = self.event(phone, pushes.event("unsubscribe", ""), "取消了关注", noticed=False)
        self.carry(push)

    def scan(self, openid: str, code: str) -> tuple[Message, ...]:
        """Scan a QR code; who does not follow yet follows by it."""
        with self.lock:
            phone = self.phones.get(openid)
            if phone.following:
                if self._is_expired(phone, code):
                    return (self.notice(phone, EXPIRED),)
                self.windows.open(openid, "scan", self.now())
                parts = pushes.event("SCAN", code, self._ticket(phone, code))
                push = self.event(phone, parts, f"扫码 {code}")
            else:
                push = None
        return self.carry(push) if push else self.follow(openid, code)

    def type(self, openid: str, text: str) -> tuple[Message, ...]:
        if not text.strip():
            raise ValueError("nothing was typed")
        with self.lock:
            push = self.message(openid, "text", pushes.text(text, self.number()), text)
        return self.carry(push)

    def tap(self, openid: str, label: str) -> tuple[Message, ...]:
        """Tap the item of that text, in the newest message that has it; LookupError if none has."""
        with self.lock:
            item = find_item(self.speaker(openid).messages, label)
        return self.press(openid, item)

    def press(self, openid: str, item: Item) -> tuple[Message, ...]:
        """Tap that very item. A tap is not a message: it opens only the short window."""
        opener: Opener = "menu" if item.id else "message"
        with self.lock:
            parts = pushes.text(item.content, self.number(), item.id)
            push = self.message(openid, "text", parts, item.content, opener=opener)
        return self.carry(push)

    def voice(self, openid: str, said: str) -> tuple[Message, ...]:
        """Speak: the audio kept for the bot holds what was said (media.recognise reads it)."""
        with self.lock:
            key = self._keep_medium(openid, "audio/amr", media.record_voice(said))
            push = self.message(openid, "voice", pushes.voice(key, self.number()), f"[语音] {said}", key)
        return self.carry(push)

    def image(self, openid: str, data: bytes = b"") -> tuple[Message, ...]:
        """Send a picture; without data the sandbox draws one."""
        with self.lock:
            png = not data or data.startswith(b"\x89PNG")
            key = self._keep_medium(openid, "image/png" if png else "image/jpeg", data or media.draw_picture())
            parts = pushes.image(key, f"{self.address}/mmbiz_pic/{key}", self.number())
            push = self.message(openid, "image", parts, "[图片]", key)
        return self.carry(push)

    def sticker(self, openid: str, caption: str = "") -> tuple[Message, ...]:
        """Send a sticker, of which the platform tells the account only that it cannot show it."""
        with self.lock:
            parts = pushes.text(UNSHOWN, self.number())
            push = self.message(openid, "sticker", parts, f"[表情] {caption}".strip())
        return self.carry(push)

    def location(self, openid: str, latitude: float, longitude: float, label: str = "") -> tuple[Message, ...]:
        with self.lock:
            parts = pushes.location(latitude, longitude, label, self.number())
            push = self.message(openid, "location", parts, f"[位置] {latitude},{longitude} {label}".strip())
        return self.carry(push)

    def menu(self, openid: str, label: str) -> tuple[Message, ...]:
        """Press a button at the foot of the chat; LookupError if the account put up none such."""
        with self.lock:
            phone = self.speaker(openid)
            button = self.menus.find(phone.account, label)
            names = {"click": "CLICK", "view": "VIEW", "miniprogram": "view_miniprogram"}
            if button.type not in names:
                raise LookupError(f"the sandbox cannot press a button of type {button.type}")
            if button.type == "click":
                self.windows.open(openid, "menu", self.now())
            parts = pushes.event(names[button.type], button.sends)
            push = self.event(phone, parts, f"点了菜单 {button.label}", noticed=button.type == "click")
        return self.carry(push)

    def subscribe(self, openid: str, kind: str, accept: bool = True) -> None:
        """Answer the question, on a web page, whether messages of that template may come."""
        with self.lock:
            phone = self.phones.get(openid)
            templates = self.accounts[phone.account].templates
            if kind not in templates:
                raise LookupError(f"no template {kind}; there are: {', '.join(templates)}")
            template_id = templates[kind].id
            if accept:
                self.permits.accept(openid, template_id)
            parts = pushes.subscription_answered(template_id, accept)
            said = f"{'同意' if accept else '拒绝'}接收 {kind} 订阅通知"
            push = self.event(phone, parts, said, noticed=False)
        self.carry(push)

    def block(self, openid: str, on: bool = True) -> None:
        """Switch off (or on) 接收消息 in the account's settings."""
        with self.lock:
            phone = self.phones.get(openid)
            phone.blocking = on
            self.phones.keep(phone)

    def login_code(self, openid: str, account: str) -> str:
        """Open the mini-program `account`: the code with which its back end asks who it is."""
        with self.lock:
            phone = self.phones.get(openid)
            own = openid if account == phone.account else mini_openid(account, phone.unionid)
            return self.logins.add(account, own, phone.unionid, self.wall())

    def _keep_medium(self, openid: str, content_type: str, data: bytes) -> str:
        return self.media.add(self.speaker(openid).account, content_type, data, self.now())

    def _is_expired(self, phone: Phone, code: str | None) -> bool:
        """Whether the code was made by the account and has run out; one never made by it works."""
        known = self.codes.newest(phone.account, code) if code else None
        return known is not None and 0 < known.until <= self.now().timestamp()

    def _ticket(self, phone: Phone, code: str | None) -> str:
        known = self.codes.newest(phone.account, code) if code else None
        return known.ticket if known else f"gQ{code}" if code else ""
